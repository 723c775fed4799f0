// Photos' files that are moved on disk: those under way, so that a killed move is finished or undone, and what steps moved.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- A file on its way to another folder; see [Note: moving files] in core/moves/move-shot.ts.
CREATE TABLE file_move (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The call that moves it; NULL: undo or redo, or it is part of a step already.
  batch TEXT,
  -- Files with one number are moved together or not at all: the lowest id among them.
  shot INTEGER NOT NULL,
  from_path TEXT NOT NULL,
  to_path TEXT NOT NULL,
  -- Whether it is the file that is shown of a photo.
  is_main INTEGER NOT NULL,
  -- Whether its new folder was made for it.
  is_folder_new INTEGER NOT NULL,
  -- placing: it may be at either path, the library knows the old one; recorded: it is at the new one, which the library
  -- knows, and maybe still at the old one, too; removed: it is at the new path alone.
  state TEXT NOT NULL CHECK (state IN ('placing', 'recorded', 'removed')),
  -- The last scan that may have seen it at its old path.
  scan_id INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  -- As in history_step.
  writer TEXT NOT NULL
) STRICT;
CREATE INDEX file_move_from ON file_move (from_path);
CREATE INDEX file_move_to ON file_move (to_path) WHERE state = 'placing';
CREATE INDEX file_move_unfinished ON file_move (state) WHERE state <> 'removed';
CREATE INDEX file_move_batch ON file_move (batch) WHERE batch IS NOT NULL;
CREATE INDEX file_move_shot ON file_move (shot);

CREATE TABLE history_move (
  step_id INTEGER NOT NULL REFERENCES history_step (id) ON DELETE CASCADE,
  shot INTEGER NOT NULL,
  before_path TEXT NOT NULL,
  after_path TEXT NOT NULL,
  is_main INTEGER NOT NULL,
  is_folder_new INTEGER NOT NULL,
  PRIMARY KEY (step_id, shot, before_path)
) STRICT, WITHOUT ROWID;

-- The one folder that the files of a step came from.
ALTER TABLE history_step ADD COLUMN source TEXT;
`

export const movedFiles: Migration = {
  version: 290,
  up: (db) => {
    db.exec(schema)
  },
}
