-- A file of schema version 1. It stays as it is: later versions have to go on with it.
CREATE TABLE instances(
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    version TEXT,
    status INTEGER NOT NULL,
    input TEXT,
    output TEXT,
    custom_status TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    start_at INTEGER,
    parent_id TEXT,
    parent_name TEXT,
    parent_key INTEGER NOT NULL DEFAULT 0,
    parent_task INTEGER NOT NULL DEFAULT -1,
    tags TEXT,
    carried TEXT,
    history_length INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX instances_by_parent ON instances(parent_key) WHERE parent_key <> 0;
CREATE INDEX instances_by_created ON instances(created);
CREATE TABLE history(
    key INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type INTEGER NOT NULL,
    at INTEGER NOT NULL,
    task INTEGER NOT NULL,
    name TEXT,
    data TEXT,
    extra TEXT,
    PRIMARY KEY(key, seq)) WITHOUT ROWID;
CREATE TABLE inbox(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    type INTEGER NOT NULL,
    key INTEGER NOT NULL,
    task INTEGER NOT NULL,
    name TEXT,
    data TEXT,
    extra TEXT);
CREATE INDEX inbox_by_instance ON inbox(id, seq);
CREATE TABLE tasks(
    key INTEGER NOT NULL,
    task INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    input TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(key, task)) WITHOUT ROWID;
CREATE TABLE timers(
    key INTEGER NOT NULL,
    task INTEGER NOT NULL,
    id TEXT NOT NULL,
    fire_at INTEGER NOT NULL,
    PRIMARY KEY(key, task)) WITHOUT ROWID;
CREATE TABLE schedules(
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    next INTEGER NOT NULL,
    updated INTEGER NOT NULL) WITHOUT ROWID;

-- Saved on 2026-01-01. "ended" has ended.
INSERT INTO instances(key, id, name, status, output, created, updated, history_length) VALUES(1, 'ended', 'Empty', 1, '"done"', 639028224000000000, 639028224000000000, 2);
INSERT INTO history VALUES(1, 0, 1, 639028224000000000, -1, 'Empty', NULL, NULL);
INSERT INTO history VALUES(1, 1, 15, 639028224000000000, -1, 'Completed', '"done"', NULL);

-- It has begun and waits for the event "Go".
INSERT INTO instances(key, id, name, status, created, updated, history_length) VALUES(2, 'waits-for-event', 'WaitGo', 0, 639028224000000000, 639028224000000000, 1);
INSERT INTO history VALUES(2, 0, 1, 639028224000000000, -1, 'WaitGo', NULL, NULL);

-- Its activity has a result, and its timer is due a minute later.
INSERT INTO instances(key, id, name, status, created, updated, history_length) VALUES(3, 'waits-for-timer', 'HelloThenTimer', 0, 639028224000000000, 639028224000000000, 4);
INSERT INTO history VALUES(3, 0, 1, 639028224000000000, -1, 'HelloThenTimer', NULL, NULL);
INSERT INTO history VALUES(3, 1, 2, 639028224000000000, 0, 'Hello', '"before"', NULL);
INSERT INTO history VALUES(3, 2, 3, 639028224000000000, 0, NULL, '"hello before"', NULL);
INSERT INTO history VALUES(3, 3, 5, 639028224000000000, 1, NULL, NULL, '639028224600000000');
INSERT INTO timers VALUES(3, 1, 'waits-for-timer', 639028224600000000);

-- Its activity was asked for and has no result.
INSERT INTO instances(key, id, name, status, input, created, updated, history_length) VALUES(4, 'waits-for-activity', 'OneActivity', 0, '"there"', 639028224000000000, 639028224000000000, 2);
INSERT INTO history VALUES(4, 0, 1, 639028224000000000, -1, 'OneActivity', '"there"', NULL);
INSERT INTO history VALUES(4, 1, 2, 639028224000000000, 0, 'Hello', '"there"', NULL);
INSERT INTO tasks(key, task, id, name, input) VALUES(4, 0, 'waits-for-activity', 'Hello', '"there"');
PRAGMA user_version = 1;
