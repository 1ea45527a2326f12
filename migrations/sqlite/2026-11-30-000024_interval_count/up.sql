-- A Stripe Price is paid every `interval_count` intervals. Until now the pages said one.
ALTER TABLE tenants ADD COLUMN price_interval_count INTEGER NOT NULL DEFAULT 1;
ALTER TABLE prices ADD COLUMN price_interval_count INTEGER NOT NULL DEFAULT 1;
