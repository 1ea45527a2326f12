-- The open invoice that keeps the subscription past due or unpaid, as JSON: it is only ever read and
-- written as a whole.
ALTER TABLE tenants ADD COLUMN unpaid_invoice TEXT;
