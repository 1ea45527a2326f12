ALTER TABLE quotes DROP COLUMN prorations;
