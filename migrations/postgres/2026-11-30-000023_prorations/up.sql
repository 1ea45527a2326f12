-- What happens to a quoted change's prorations. Until now that was told by its amounts.
ALTER TABLE quotes ADD COLUMN prorations TEXT NOT NULL DEFAULT 'charged_now';
UPDATE quotes SET prorations = CASE WHEN credit > 0 THEN 'next_invoice' ELSE 'none' END
WHERE agent_count < from_count;
