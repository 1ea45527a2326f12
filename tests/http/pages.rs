//! The pages as the server renders them.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;

async fn page(person: &Person, path: &str) -> (u16, String) {
    let answer = person.request(Method::GET, path).header("accept", "text/html").send().await;
    let answer = answer.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a page"))
}

on_both_databases! {
    async fn whoever_is_not_signed_in_is_sent_to_sign_in_and_back(world: World) {
        let nobody = world.anonymous();
        for (path, to) in [
            ("/", "/login"),
            ("/billing", "/login?next=%2Fbilling"),
            ("/agents?tenant_id=a", "/login?next=%2Fagents%3Ftenant_id%3Da"),
        ] {
            let answer = nobody.request(Method::GET, path).send().await.expect("an answer");
            assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, to));
        }
        let (status, html) = page(&nobody, "/login").await;
        assert_eq!(status, 200);
        assert!(html.contains("method=\"post\"") && html.contains("current-password"), "{html}");
        let owner = world.owner().await;
        for path in ["/", "/login"] {
            let answer = owner.request(Method::GET, path).send().await.expect("an answer");
            assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/billing"));
        }
    }

    async fn the_billing_page_arrives_with_its_data(world: World) {
        let owner = world.owner().await;
        let (status, html) = page(&owner, "/billing").await;
        assert_eq!(status, 200);
        let said = ["No subscription", "AI Employee Plan", "$49/agent/month", "14-day free trial",
            "Subscribe", "Sandbox", "owner@example.com"];
        for text in said {
            assert!(html.contains(text), "'{text}' is not in {html}");
        }
        let owner = world.subscribed(3).await;
        let (_, html) = page(&owner, &format!("/billing?tenant_id={DEMO}")).await;
        for text in ["Trial ends", "Manage Billing", "data-tone=\"blue\""] {
            assert!(html.contains(text), "'{text}' is not in {html}");
        }
    }

    async fn a_cancelled_subscription_is_not_said_to_cost_anything_later(world: World) {
        let owner = world.subscribed(3).await;
        let path = format!("/billing?tenant_id={DEMO}");
        let (_, html) = page(&owner, &path).await;
        assert!(html.contains("Price after the trial") && html.contains("$147.00/month"), "{html}");
        let on = serde_json::json!({"tenant_id": DEMO});
        owner.post("/api/portal/billing/cancel", on).await.ok();
        let (_, html) = page(&owner, &path).await;
        assert!(html.contains("Cancels on"), "{html}");
        assert!(!html.contains("Price after the trial") && !html.contains("$147.00/month"), "{html}");
    }

    async fn another_tenant_s_page_is_not_found(world: World) {
        let stranger = world.person("stranger@example.com", "tenant_other", Role::Owner).await;
        for path in ["/billing?tenant_id=tenant_demo", "/agents?tenant_id=tenant_demo", "/nothing"] {
            let (status, html) = page(&stranger, path).await;
            assert_eq!(status, 404, "{path}");
            assert!(!html.contains("Demo Company"), "{html}");
        }
        assert_eq!(page(&stranger, "/billing").await.0, 200);
    }

    async fn signed_in_pages_and_answers_are_not_stored_by_caches(world: World) {
        let owner = world.owner().await;
        for path in ["/billing", "/api/portal/viewer"] {
            let answer = owner.request(Method::GET, path).send().await.expect("an answer");
            assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
        }
    }
}
