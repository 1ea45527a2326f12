-- Nothing here: Postgres tells other processes of a change, and SQLite can't. They look again by
-- themselves.
SELECT 1;
