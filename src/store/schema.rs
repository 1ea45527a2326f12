//! The tables as diesel sees them, the same for both databases.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    tenants (id) {
        id -> Text,
        name -> Text,
        stripe_customer_id -> Nullable<Text>,
        stripe_subscription_id -> Nullable<Text>,
        stripe_subscription_item_id -> Nullable<Text>,
        subscription_status -> Text,
        stripe_status -> Nullable<Text>,
        trial_ends_at -> Nullable<Timestamp>,
        agent_quota -> Integer,
        current_period_end -> Nullable<Timestamp>,
        cancels_at -> Nullable<Timestamp>,
        price_id -> Nullable<Text>,
        unit_amount -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        price_interval -> Nullable<Text>,
        price_interval_count -> Integer,
        livemode -> Bool,
        trial_used -> Bool,
        unpaid_invoice -> Nullable<Text>,
        fence_taken -> BigInt,
        fence_written -> BigInt,
        revision -> BigInt,
        synced_at -> Nullable<Timestamp>,
        synced_by -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

table! {
    operators (id) {
        id -> Text,
        email -> Text,
        name -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamp,
        platform_admin -> Bool,
    }
}

table! {
    identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        operator_id -> Text,
        created_at -> Timestamp,
    }
}

table! {
    memberships (operator_id, tenant_id) {
        operator_id -> Text,
        tenant_id -> Text,
        role -> Text,
    }
}

table! {
    sessions (token_hash) {
        token_hash -> Text,
        operator_id -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        id -> Text,
        user_agent -> Nullable<Text>,
        last_seen_at -> Timestamp,
    }
}

table! {
    agents (id) {
        id -> Text,
        tenant_id -> Text,
        name -> Text,
        active -> Bool,
        deactivated_by -> Nullable<Text>,
        created_at -> Timestamp,
        leaving -> Bool,
        deactivated_at -> Nullable<Timestamp>,
        deactivated_by_name -> Nullable<Text>,
        deactivated_reason -> Nullable<Text>,
    }
}

table! {
    prices (lookup) {
        lookup -> Text,
        price_id -> Text,
        product_name -> Text,
        unit_amount -> BigInt,
        currency -> Text,
        price_interval -> Text,
        price_interval_count -> Integer,
        livemode -> Bool,
        fetched_at -> Timestamp,
    }
}

table! {
    intents (id) {
        id -> Text,
        tenant_id -> Text,
        kind -> Text,
        request -> Text,
        state -> Text,
        session_id -> Nullable<Text>,
        created_at -> Timestamp,
        operator_id -> Nullable<Text>,
    }
}

table! {
    quotes (id) {
        id -> Text,
        tenant_id -> Text,
        subscription_id -> Text,
        item_id -> Text,
        from_count -> Integer,
        agent_count -> Integer,
        in_trial -> Bool,
        prorations -> Text,
        proration_date -> BigInt,
        amount_due -> BigInt,
        credit -> BigInt,
        state -> Text,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        expires_at -> Timestamp,
        operator_id -> Nullable<Text>,
        invoice_id -> Nullable<Text>,
        currency -> Text,
    }
}

table! {
    trials (subscription_id) {
        subscription_id -> Text,
        tenant_id -> Text,
        email -> Nullable<Text>,
        card_fingerprint -> Nullable<Text>,
        state -> Text,
        noted_at -> Timestamp,
    }
}

table! {
    stripe_events (id) {
        id -> Text,
        event_type -> Text,
        api_version -> Nullable<Text>,
        livemode -> Bool,
        object_id -> Nullable<Text>,
        object_type -> Nullable<Text>,
        customer_id -> Nullable<Text>,
        created_at -> Timestamp,
        received_at -> Timestamp,
        state -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        last_error -> Nullable<Text>,
        request_id -> Nullable<Text>,
        idempotency_key -> Nullable<Text>,
    }
}

table! {
    activity (id) {
        id -> BigInt,
        tenant_id -> Text,
        at -> Timestamp,
        kind -> Text,
        actor -> Text,
        operator_id -> Nullable<Text>,
        operator_name -> Nullable<Text>,
        subject -> Nullable<Text>,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        amount -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        stripe_event_id -> Nullable<Text>,
        idempotency_key -> Nullable<Text>,
    }
}

table! {
    invitations (token_hash) {
        token_hash -> Text,
        tenant_id -> Text,
        email -> Text,
        role -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    password_resets (operator_id) {
        operator_id -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

table! {
    service_tokens (id) {
        id -> Text,
        name -> Text,
        token_hash -> Text,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
    }
}

joinable!(memberships -> tenants (tenant_id));
joinable!(memberships -> operators (operator_id));
joinable!(sessions -> operators (operator_id));
joinable!(invitations -> tenants (tenant_id));
joinable!(password_resets -> operators (operator_id));
allow_tables_to_appear_in_same_query!(
    tenants,
    operators,
    memberships,
    sessions,
    identities,
    agents,
    prices,
    trials,
    invitations,
    password_resets,
    service_tokens
);
allow_tables_to_appear_in_same_query!(operators, intents, quotes, activity);
allow_tables_to_appear_in_same_query!(activity, stripe_events);
allow_tables_to_appear_in_same_query!(quotes, tenants);
allow_tables_to_appear_in_same_query!(quotes, prices);
allow_tables_to_appear_in_same_query!(stripe_events, tenants);
