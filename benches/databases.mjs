// The two databases, each as durable as in production, and direct SQL access to them.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MANY = 64 * 1024 * 1024;

/** A SQLite file in its own folder. */
export async function sqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-sqlite-'));
  const file = join(folder, 'portal.db');
  const sql = (text) => execFileSync('sqlite3', ['-bail', file], { input: text, encoding: 'utf8', maxBuffer: MANY });
  return {
    name: 'SQLite',
    url: `sqlite:${file}`,
    file,
    sql,
    /** A table of the numbers in this range. */
    numbers: (from, to) =>
      `(WITH RECURSIVE up(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM up WHERE n < ${to}) SELECT n FROM up)`,
    /** For SQL that writes millions of rows: the cost of making them durable is not measured. */
    fill: (text) => sql(`PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;\nBEGIN;\n${text}\nCOMMIT;`),
    settle: () => sql('PRAGMA wal_checkpoint(TRUNCATE);'),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A database of this name on the Postgres that `.ci/with-postgres` has started. */
export async function postgres(database) {
  const server = process.env.TEST_POSTGRES_URL;
  const psql = (url, text) => execFileSync('psql', ['-qAtX', '-v', 'ON_ERROR_STOP=1', url], {
    input: text, encoding: 'utf8', maxBuffer: MANY,
  });
  psql(server, `SET client_min_messages = warning; DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database};`);
  const url = server.replace(/[^/]*$/, database);
  const sql = (text) => psql(url, text);
  return {
    name: 'Postgres',
    url,
    sql,
    numbers: (from, to) => `(SELECT n FROM generate_series(${from}, ${to}) AS n)`,
    fill: (text) => sql(`SET synchronous_commit = off;\n${text}`),
    settle: () => sql('VACUUM ANALYZE; CHECKPOINT;'),
    stop: async () => { psql(server, `DROP DATABASE ${database} WITH (FORCE);`); },
  };
}
