import type { DatabaseSync } from 'node:sqlite'
import { LabelwrightError } from '../core/error.ts'
import { badStore } from './sqlite-error.ts'

/** The version of the tables below; goes up with every change of them. Version 2 added `answers.how`. */
const schemaVersion = 2

/** Marks the file as ours (`LbWr`), for `file` and for {@link oldVersion}. */
const applicationId = 0x4c625772

/**
 * The tables. Money is in micros, time in milliseconds since 1970. `queue` holds open questions only: an answer moves its
 * question to `answers`. `totals` is what a recount of both would give, kept by every writer.
 */
const tables = `
  CREATE TABLE items (item INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL) STRICT;
  CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE annotators (annotator INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE questions (question INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;
  CREATE TABLE rounds (round INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE queue (
    annotator INTEGER NOT NULL REFERENCES annotators,
    round INTEGER NOT NULL,
    place INTEGER NOT NULL,
    item INTEGER NOT NULL REFERENCES items,
    question INTEGER NOT NULL REFERENCES questions,
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    reserved INTEGER NOT NULL CHECK (reserved >= 0),
    purpose TEXT NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (annotator, round, place),
    UNIQUE (item, annotator, question, attempt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX queue_free ON queue (annotator, round, place) WHERE leased_until = 0;
  CREATE INDEX queue_leased ON queue (leased_until) WHERE leased_until > 0;

  CREATE TABLE answers (
    item INTEGER NOT NULL REFERENCES items,
    annotator INTEGER NOT NULL REFERENCES annotators,
    question INTEGER NOT NULL REFERENCES questions,
    attempt INTEGER NOT NULL,
    round INTEGER NOT NULL REFERENCES rounds,
    purpose TEXT NOT NULL,
    answer TEXT NOT NULL,
    cost INTEGER NOT NULL CHECK (cost >= 0),
    seconds REAL,
    how TEXT,
    PRIMARY KEY (item, annotator, question, attempt)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE totals (
    annotator INTEGER NOT NULL REFERENCES annotators,
    round INTEGER NOT NULL,
    open INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    PRIMARY KEY (annotator, round)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER answers_never_change BEFORE UPDATE ON answers
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER answers_never_go BEFORE DELETE ON answers
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
  -- INSERT OR REPLACE removes the old row without asking the trigger on DELETE.
  CREATE TRIGGER answers_are_never_replaced BEFORE INSERT ON answers
    WHEN EXISTS (SELECT 1 FROM answers AS old WHERE old.item = new.item AND old.annotator = new.annotator
      AND old.question = new.question AND old.attempt = new.attempt)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/**
 * The version of the tables in a file; 0 for a new one, null for the present one.
 *
 * @throws {@link LabelwrightError} `bad-store` for another program's database, `store-too-new` for a newer version than ours.
 */
export function oldVersion(db: DatabaseSync, path: string): number | null {
  const number = (sql: string): number => Number(Object.values(db.prepare(sql).get()!)[0])
  if (number('SELECT count(*) FROM sqlite_schema') === 0) return 0
  if (number('PRAGMA application_id') !== applicationId) {
    throw badStore(path, `${path} is a database of another program.`)
  }
  const version = number('PRAGMA user_version')
  if (version <= schemaVersion) return version === schemaVersion ? null : version
  throw new LabelwrightError(
    'store-too-new',
    `${path} has version ${version} of the ledger's tables; this Labelwright knows versions up to ${schemaVersion}.`,
    'Install a newer Labelwright.',
  )
}

/** Creates the tables in a new file, or brings those of an older version up to date; call inside a transaction. */
export function bringUpToDate(db: DatabaseSync, version: number): void {
  if (version === 0) return db.exec(tables)
  if (version === 1) db.exec('ALTER TABLE answers ADD COLUMN how TEXT')
  db.exec(`PRAGMA user_version = ${schemaVersion}`)
}
