-- Whether a quote was made while a payment was past due. Until now that was told by its amounts.
ALTER TABLE quotes ADD COLUMN past_due BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE quotes SET past_due = TRUE WHERE agent_count < from_count AND credit = 0 AND NOT in_trial;
