ALTER TABLE tenants DROP COLUMN unpaid_invoice;
