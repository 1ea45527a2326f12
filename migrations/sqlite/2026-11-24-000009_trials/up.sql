-- Which trials there have been, for whom and with which card: a second one is not given away. 'noted'
-- is a first trial; 'flagged' is one with a card that another tenant has had a trial with, and
-- 'ending' and 'ended' are such a one that is cut short.
CREATE TABLE trials (
    subscription_id TEXT PRIMARY KEY NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- The owner's, in lower case.
    email TEXT,
    -- The PaymentMethod's `card.fingerprint`; unknown until there is a card.
    card_fingerprint TEXT,
    state TEXT NOT NULL CHECK (state IN ('noted', 'flagged', 'ending', 'ended')),
    noted_at TIMESTAMP NOT NULL
);

CREATE INDEX trials_by_email ON trials (email);
CREATE INDEX trials_by_card ON trials (card_fingerprint);
