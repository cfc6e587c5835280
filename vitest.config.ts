import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Processes, not threads: native kernels and SQLite live in them, and each test file starts clean.
    pool: 'forks',
    maxWorkers: '100%',
    // Tests start servers and child processes and sync files to disk: seconds alone, more beside other work.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}

export default config
