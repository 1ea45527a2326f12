-- Agents that an operator chose to go when seats are given up. The choice is written before Stripe is
-- asked for fewer seats, so that whichever sync hears of them first turns the right agents off.
ALTER TABLE agents ADD COLUMN leaving BOOLEAN NOT NULL DEFAULT FALSE;
