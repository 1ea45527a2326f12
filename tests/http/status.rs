//! What each of Stripe's statuses means for the agents, whichever it follows.

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

/// Stripe's statuses, with the status that is stored and the access it gives.
const STATUSES: [(&str, &str, &str); 8] = [
    ("incomplete", "none", "none"),
    ("trialing", "trialing", "full"),
    ("active", "active", "full"),
    ("past_due", "past_due", "warn"),
    ("unpaid", "unpaid", "suspended"),
    ("paused", "unpaid", "suspended"),
    ("canceled", "canceled", "ended"),
    ("incomplete_expired", "canceled", "ended"),
];

on_both_databases! {
    async fn every_status_gives_its_access_whichever_it_follows(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        owner.hire("Bob").await.ok();
        let agents = owner.ids(&["Ada", "Bob"]).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        let subscription = subscription.as_str().expect("an id");
        for before in STATUSES {
            for after in STATUSES {
                for (status, stored, access) in [before, after] {
                    world.force_status(subscription, status).await;
                    let body = json!({"tenant_id": DEMO});
                    let tenant = owner.post("/api/portal/billing/refresh", body).await.ok();
                    let how = format!("{status}, from {} to {}", before.0, after.0);
                    assert_eq!(tenant["stripe_status"], status, "{how}");
                    assert_eq!(tenant["subscription_status"], stored, "{how}");
                    assert_eq!(entitlements(&world).await, expected(access, &agents), "{how}");
                }
            }
        }
    }
}

async fn entitlements(world: &World) -> Value {
    let request = world.anonymous().request(Method::GET, &format!("/api/entitlements/{DEMO}"));
    let answer = request.bearer_auth(ENTITLEMENTS_TOKEN).send().await.expect("an answer");
    Answer::from(answer).await.ok()
}

fn expected(access: &str, agents: &Value) -> Value {
    if ["full", "warn"].contains(&access) {
        json!({"access": access, "agent_quota": 2, "active_agents": agents})
    } else {
        json!({"access": access, "agent_quota": 0, "active_agents": []})
    }
}
