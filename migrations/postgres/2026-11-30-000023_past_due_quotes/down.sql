ALTER TABLE quotes DROP COLUMN past_due;
