//! What each of Stripe's statuses means for the agents, whichever status came before.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// Stripe's statuses, each with the status that is stored and the access it gives.
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
    async fn without_scripts_the_invoices_hint_names_a_button_that_can_be_pressed(world: World) {
        let scripts = "Turn scripts on to see invoices.";
        let html = world.owner().await.html("/billing").await;
        assert!(html.contains(scripts) && !html.contains("Billing Portal: press"), "{html}");
        let owner = world.subscribed(2).await;
        let member = world.person("member@example.com", DEMO, Role::Member).await;
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        let subscription = subscription.as_str().expect("an id");
        for (status, said) in [
            ("trialing", "Billing Portal: press Manage Billing."),
            ("past_due", "Billing Portal: press Update Payment."),
            ("unpaid", "Billing Portal: press Update Payment."),
            ("canceled", "Billing Portal: press All invoices."),
        ] {
            world.force_status(subscription, status).await;
            owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
            let html = owner.html("/billing").await;
            assert!(html.contains(said), "{status}: {html}");
            assert!(member.html("/billing").await.contains(scripts), "{status}");
        }
    }

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
