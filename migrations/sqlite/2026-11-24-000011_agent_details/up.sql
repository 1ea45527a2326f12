-- When an agent was turned off, by which operator (by the name they had), and why: operators see it on
-- the agents page. Unknown for those that were turned off before.
ALTER TABLE agents ADD COLUMN deactivated_at TIMESTAMP;
ALTER TABLE agents ADD COLUMN deactivated_by_name TEXT;
ALTER TABLE agents ADD COLUMN deactivated_reason TEXT CHECK (
    deactivated_reason IN ('operator', 'subscription_ended', 'unpaid', 'seats_reduced')
);
