ALTER TABLE quotes DROP COLUMN currency;
ALTER TABLE quotes DROP COLUMN invoice_id;
