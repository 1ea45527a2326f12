//! The pages as the server renders them.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use reqwest::header::{ACCEPT, REFERER, RETRY_AFTER};
use serde_json::json;

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

    async fn an_operator_of_several_tenants_goes_from_one_to_the_other_by_address(world: World) {
        let person = world.person("both@example.com", "first", Role::Owner).await;
        assert!(!page(&person, "/billing").await.1.contains("Companies"));
        let viewer = person.get("/api/portal/viewer").await.ok();
        let operator = viewer["id"].as_str().expect("an id").parse().expect("an id");
        let now = chrono::Utc::now();
        let second = "second".parse().expect("a tenant id");
        let db = &world.portal.db;
        db.create_tenant(&second, "Second Company", now).await.expect("a tenant");
        db.put_membership(&second, &operator, Role::Member).await.expect("a membership");

        let (_, html) = page(&person, "/agents?tenant_id=first").await;
        assert!(html.contains("Companies") && html.contains("Second Company"), "{html}");
        for (path, here) in [("/agents?tenant_id=second", "/agents"), ("/billing?tenant_id=second", "/billing")] {
            let (_, html) = page(&person, path).await;
            // Each link leads to the same page of the other tenant, and all of them keep the tenant.
            for link in [format!("href=\"{here}?tenant_id=first\""), "href=\"/activity?tenant_id=second\"".to_owned()] {
                assert!(html.contains(&link), "no {link}: {html}");
            }
            assert!(html.contains("You can look."), "{html}");
        }
    }

    async fn a_price_is_shown_in_its_own_currency_and_interval(world: World) {
        let product = world.stripe(Method::POST, "/products", &[("name", "Mitarbeiter")]).await;
        let price = world.stripe(Method::POST, "/prices", &[
            ("product", product["id"].as_str().expect("an id")), ("unit_amount", "4900"),
            ("currency", "jpy"), ("recurring[interval]", "month"),
            ("recurring[interval_count]", "3"),
        ]).await;
        let price = price["id"].as_str().expect("an id").to_owned();
        let yen = world.second(&[("STRIPE_PRICE", &price)]).await;
        let owner = yen.owner().await;
        let (_, html) = page(&owner, "/billing").await;
        for text in ["Mitarbeiter", "¥4,900/agent/3 months"] {
            assert!(html.contains(text), "{text}: {html}");
        }
        let body = json!({"tenant_id": DEMO, "agent_count": 3});
        let checkout = owner.post("/api/portal/billing/checkout", body).await.ok();
        let checkout = checkout["checkout_url"].as_str().expect("a link");
        let html = owner.http.get(checkout).send().await.expect("a page").text().await.expect("a page");
        assert!(html.contains("¥14,700"), "{html}");
    }

    async fn a_cancelled_subscription_is_not_said_to_cost_anything_later(world: World) {
        let owner = world.subscribed(3).await;
        let path = format!("/billing?tenant_id={DEMO}");
        let (_, html) = page(&owner, &path).await;
        assert!(html.contains("Price after the trial") && html.contains("$147.00/month"), "{html}");
        let on = json!({"tenant_id": DEMO});
        owner.post("/api/portal/billing/cancel", on).await.ok();
        let (_, html) = page(&owner, &path).await;
        assert!(html.contains("Cancels on"), "{html}");
        assert!(!html.contains("Price after the trial") && !html.contains("$147.00/month"), "{html}");
    }

    async fn while_it_is_unpaid_agents_are_not_said_to_work(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        let tenant = owner.tenant().await;
        let subscription = tenant["stripe_subscription_id"].as_str().expect("an id");
        world.force_status(subscription, "unpaid").await;
        owner.tenant_when("it is unpaid", |tenant| tenant["subscription_status"] == "unpaid").await;
        let html = owner.html("/billing").await;
        for text in ["1 agent waits", "Your agents stay off unless you pay", "Your agents stay off."] {
            assert!(html.contains(text), "{text}: {html}");
        }
        assert!(!html.contains("Your agents work"), "{html}");
        owner.post("/api/portal/billing/cancel", json!({"tenant_id": DEMO})).await.ok();
        let html = owner.html("/billing").await;
        assert!(html.contains("Cancels on") && !html.contains("turned off then"), "{html}");
    }

    async fn the_activity_page_tells_what_happened_and_who_did_it(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada & Co").await.ok();
        let (status, html) = page(&owner, "/activity").await;
        assert_eq!(status, 200);
        let said = ["Checkout opened for 2 agents", "Subscription started: Trial", "Seats: 0 → 2",
            "Created Ada &#38; Co", "Olivia Owner", "At Stripe", "evt_"];
        for text in said {
            assert!(html.contains(text), "{text}: {html}");
        }
        let newest = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let before = newest["entries"][0]["id"].as_i64().expect("an id");
        let (_, html) = page(&owner, &format!("/activity?before={before}")).await;
        assert!(!html.contains("Created Ada") && html.contains("Seats: 0 → 2"), "{html}");
        let (_, html) = page(&owner, "/activity?before=1").await;
        assert!(html.contains("Nothing older"), "{html}");
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

    async fn a_page_is_compressed_for_whoever_accepts_that(world: World) {
        let owner = world.owner().await;
        let accept = |encodings| owner.request(Method::GET, "/billing").header("accept-encoding", encodings);
        let answer = accept("gzip, br").send().await.expect("an answer");
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert_eq!(answer.headers()["vary"], "accept-encoding");
        let compressed = answer.bytes().await.expect("a body").len();
        let answer = accept("identity").send().await.expect("an answer");
        assert!(answer.headers().get("content-encoding").is_none());
        let plain = answer.text().await.expect("a body");
        assert!(plain.contains("</html>") && compressed * 2 < plain.len(), "{compressed}: {plain}");
    }
}

/// Every refusal shows a browser a page, whether it comes before or after routing.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_refused_is_shown_a_page_and_a_program_told_in_json() {
    let world =
        World::on_sqlite_with(&[("REQUESTS_PER_SESSION", "1"), ("TRUSTED_PROXIES", "127.0.0.1")])
            .await;
    let (nobody, owner) = (world.anonymous(), world.owner().await);
    let agents = format!("{}/agents?search=%3C", world.portal.url);
    let long = "x".repeat(70_000);
    for (method, path, header, value, status, says) in [
        (Method::POST, "/billing/refresh", "origin", "https://evil.example", 403, "another site"),
        (Method::POST, "/billing/refresh", "x", "", 413, "Open the page again"),
        (Method::GET, "/billing/refresh", "x", "", 405, "Something went wrong"),
    ] {
        let ask = || {
            let request = nobody.request(method.clone(), path).header(REFERER, &agents);
            let body = if status == 413 { long.clone() } else { String::new() };
            request.header(header, value).body(body)
        };
        let answer = ask().header(ACCEPT, "text/html").send().await.expect("an answer");
        assert_eq!(answer.status(), status);
        let html = answer.text().await.expect("a page");
        assert!(html.contains(says) && html.contains("rel=\"stylesheet\""), "{status}: {html}");
        let back = if method == Method::GET { "/" } else { "/agents?search=%3C" };
        assert!(html.contains(&format!("href=\"{back}\"")), "{status}: {html}");
        let answer = ask().send().await.expect("an answer");
        assert_eq!(answer.status(), status);
        assert!(!answer.text().await.expect("an answer").contains('<'), "{status}");
    }
    for _ in 0..30 {
        let request = owner.request(Method::GET, "/billing").header(ACCEPT, "text/html");
        let answer = request.send().await.expect("an answer");
        if answer.status() == 429 {
            assert!(answer.headers().contains_key(RETRY_AFTER));
            assert!(answer.text().await.expect("a page").contains("Back in a moment"));
            return;
        }
    }
    panic!("thirty requests at once were answered");
}
