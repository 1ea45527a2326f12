//! What is refused to anyone: forged sessions, bodies that make no sense, addresses that don't exist,
//! other sites. Who may do what is in `permissions.rs`.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use serde_json::{Value, json};

const LOOKS: [&str; 5] = [
    "/api/portal/tenant",
    "/api/portal/billing/invoices",
    "/api/portal/billing/next_charge",
    "/api/portal/agents",
    "/api/portal/activity",
];

/// The routes that change something in a tenant, with a valid body.
fn changes(tenant: &str) -> Vec<(&'static str, Value)> {
    let on = json!({"tenant_id": tenant});
    let count = json!({"tenant_id": tenant, "agent_count": 3});
    let some = json!({"tenant_id": tenant, "agent_ids": ["agent_1"]});
    vec![
        ("/api/portal/billing/checkout", count.clone()),
        ("/api/portal/billing/confirm", json!({"tenant_id": tenant, "session_id": "cs_1"})),
        ("/api/portal/billing/portal", on.clone()),
        ("/api/portal/billing/quote", count.clone()),
        ("/api/portal/billing/quantity", count),
        ("/api/portal/billing/cancel", on.clone()),
        ("/api/portal/billing/resume", on.clone()),
        ("/api/portal/billing/refresh", on.clone()),
        ("/api/portal/agents", json!({"tenant_id": tenant, "name": "Ada"})),
        ("/api/portal/agents/agent_1/activate", on.clone()),
        ("/api/portal/agents/agent_1/deactivate", on),
        ("/api/portal/agents/agent_1/rename", json!({"tenant_id": tenant, "name": "Ada"})),
        ("/api/portal/agents/activate", some.clone()),
        ("/api/portal/agents/deactivate", some),
    ]
}

on_both_databases! {
    async fn nobody_gets_in_without_a_session(world: World) {
        let nobody = world.anonymous();
        nobody.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        for path in LOOKS {
            let path = format!("{path}?tenant_id={DEMO}");
            nobody.get(&path).await.refused(401, "unauthenticated");
        }
        for (path, body) in changes(DEMO) {
            nobody.post(path, body).await.refused(401, "unauthenticated");
            nobody.post(path, json!("nonsense")).await.refused(401, "unauthenticated");
        }
        let mut forged = world.anonymous();
        forged.cookie = Some("portal_session=forged".to_owned());
        forged.get("/api/portal/viewer").await.refused(401, "unauthenticated");
    }

    async fn another_tenant_looks_like_one_that_is_not_there(world: World) {
        let stranger = world.person("stranger@example.com", "tenant_other", Role::Owner).await;
        for path in LOOKS {
            let theirs = stranger.get(&format!("{path}?tenant_id={DEMO}")).await;
            let none = stranger.get(&format!("{path}?tenant_id=tenant_none")).await;
            assert_eq!(theirs.body, none.body);
            theirs.refused(404, "not_found");
            assert_eq!(stranger.get(&format!("{path}?tenant_id=tenant_other")).await.status, 200);
        }
        for (path, body) in changes(DEMO) {
            stranger.post(path, body).await.refused(404, "not_found");
        }
        assert_eq!(world.owner().await.tenant().await["stripe_customer_id"], Value::Null);
    }

    async fn bodies_that_make_no_sense_are_refused_with_a_reason(world: World) {
        let owner = world.owner().await;
        for (path, _) in changes(DEMO) {
            for (body, status, code) in [
                ("{", 400, "malformed"),
                ("", 400, "malformed"),
                ("[]", 422, "invalid"),
                (r#"{"tenant_id": "no spaces allowed"}"#, 422, "invalid"),
                (r#"{"tenant_id": 7}"#, 422, "invalid"),
            ] {
                let request = owner.request(Method::POST, path);
                let request = request.header("content-type", "application/json").body(body);
                let answer = Answer::from(request.send().await.expect("an answer")).await;
                answer.refused(status, code);
            }
            let request = owner.request(Method::POST, path).body("tenant_id=tenant_demo");
            let answer = Answer::from(request.send().await.expect("an answer")).await;
            answer.refused(415, "unsupported_media_type");
        }
        for count in [json!(0), json!(-1), json!(10_001), json!("3"), json!(1.5), Value::Null] {
            let body = json!({"tenant_id": DEMO, "agent_count": count});
            owner.post("/api/portal/billing/checkout", body.clone()).await.refused(422, "invalid");
            owner.post("/api/portal/billing/quantity", body).await.refused(422, "invalid");
        }
        for name in ["", "   ", "a\nb"] {
            owner.hire(name).await.refused(422, "invalid");
        }
        owner.hire(&"x".repeat(81)).await.refused(422, "invalid");
        for path in LOOKS {
            owner.get(path).await.refused(400, "malformed");
            owner.get(&format!("{path}?tenant_id=%20")).await.refused(400, "malformed");
        }
        let large = json!({"tenant_id": DEMO, "name": "x".repeat(70_000)});
        owner.post("/api/portal/agents", large).await.refused(413, "too_large");
        assert_eq!(owner.tenant().await["stripe_customer_id"], Value::Null);
        assert!(owner.agents().await.is_empty());
    }

    async fn addresses_that_are_not_there_answer_in_json(world: World) {
        let owner = world.owner().await;
        owner.get("/api/portal/nothing").await.refused(404, "not_found");
        owner.get("/api/auth/login").await.refused(405, "method_not_allowed");
        owner.post("/api/portal/tenant", json!({})).await.refused(405, "method_not_allowed");
    }

    async fn another_site_cannot_make_a_browser_change_anything(world: World) {
        let owner = world.owner().await;
        for (header, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let request = owner.request(Method::POST, "/api/portal/billing/checkout");
            let request = request.header(header, value);
            let request = request.json(&json!({"tenant_id": DEMO, "agent_count": 1}));
            let answer = Answer::from(request.send().await.expect("an answer")).await;
            answer.refused(403, "cross_site");
        }
        let request = owner.request(Method::POST, "/api/portal/billing/checkout");
        let request = request.header("origin", world.portal.url.as_str());
        let request = request.json(&json!({"tenant_id": DEMO, "agent_count": 1}));
        Answer::from(request.send().await.expect("an answer")).await.ok();
    }

    async fn health_is_told_to_load_balancers(world: World) {
        let nobody = world.anonymous();
        assert_eq!(nobody.get("/healthz").await.status, 200);
        assert_eq!(nobody.get("/readyz").await.status, 200);
        world.portal.db.revert_migrations().await.expect("reverted");
        // Readiness is checked at most every half a second.
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        assert_eq!(nobody.get("/readyz").await.status, 503);
        assert_eq!(nobody.get("/healthz").await.status, 200);
    }

    async fn the_viewer_is_told_who_they_are_and_that_no_money_moves(world: World) {
        let viewer = world.owner().await.get("/api/portal/viewer").await.ok();
        assert_eq!(viewer["email"], "owner@example.com");
        let demo = json!([
            {"tenant_id": DEMO, "tenant_name": "Demo Company", "role": "owner", "revision": 0}
        ]);
        assert_eq!(viewer["tenants"], demo);
        assert_eq!(viewer["sandbox_url"], world.sandbox());
        // Visitors who have not signed in see it too.
        assert!(world.anonymous().html("/login").await.contains(world.sandbox()));
    }
}
