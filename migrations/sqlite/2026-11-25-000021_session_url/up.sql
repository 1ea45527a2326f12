-- A Checkout's address isn't kept: Stripe is asked for its session. Processes of the version before
-- don't name the column, and go on working beside.
ALTER TABLE intents DROP COLUMN session_url;
