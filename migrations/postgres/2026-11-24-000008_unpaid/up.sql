-- The invoice of a confirmed quote that the customer's bank wants them to confirm: while it is set, the
-- seats wait for that payment.
ALTER TABLE quotes ADD COLUMN invoice_id TEXT;

ALTER TABLE quotes ADD COLUMN currency TEXT NOT NULL DEFAULT '';
