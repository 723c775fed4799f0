// Photos by their coded image instead of by their bytes; see docs/decisions/0042-identity-is-the-image.md.
import type { Migration } from '../sqlite/migrate.ts'

const schema = `
-- A photo is one rendering of one image. The identity is NULL until a file of the photo is read again: only then can
-- content_hash (the SHA-256 of a file) and size_bytes tell it. Photos made from now on have their rendering key as
-- content_hash, and a size of 0.
ALTER TABLE photo ADD COLUMN identity BLOB CHECK (identity IS NULL OR length(identity) = 32);
ALTER TABLE photo ADD COLUMN rendering BLOB CHECK (rendering IS NULL OR length(rendering) = 32);
-- The photo whose annotations count for this one too, since it is the same image; NULL: its own. Never a chain.
ALTER TABLE photo ADD COLUMN subject_id INTEGER REFERENCES photo (id);
-- What an edited photo is known by: capture time and camera as EXIF has them, and the size before any rotation.
ALTER TABLE photo ADD COLUMN shot TEXT;
ALTER TABLE photo ADD COLUMN coded_width_px INTEGER;
ALTER TABLE photo ADD COLUMN coded_height_px INTEGER;
CREATE INDEX photo_identity ON photo (identity) WHERE identity IS NOT NULL;
CREATE INDEX photo_subject ON photo (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX photo_unlearned ON photo (size_bytes) WHERE identity IS NULL;

-- When the image was found to be another than the one that the user had judged; NULL: it is the same.
ALTER TABLE annotation ADD COLUMN image_changed_at_ms INTEGER;
ALTER TABLE history_change ADD COLUMN before_image_changed_at_ms INTEGER;
ALTER TABLE history_change ADD COLUMN after_image_changed_at_ms INTEGER;
CREATE INDEX history_change_photo ON history_change (photo_id);

-- Of all bytes, where it was needed: lists of other programs may name files by it.
ALTER TABLE file ADD COLUMN sha256 BLOB;
CREATE INDEX file_sha256 ON file (sha256) WHERE sha256 IS NOT NULL;
-- The photo that lay here before.
ALTER TABLE file ADD COLUMN previous_photo_id INTEGER REFERENCES photo (id);
`

export const photoIdentity: Migration = {
  version: 130,
  up: (db) => {
    db.exec(schema)
  },
}
