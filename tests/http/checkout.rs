use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use serde_json::{Value, json};

fn seats(count: u32) -> Value {
    json!({"tenant_id": DEMO, "agent_count": count})
}

async fn checkout_url(person: &Person, count: u32) -> String {
    let answer = person.post("/api/portal/billing/checkout", seats(count)).await.ok();
    answer["checkout_url"].as_str().expect("a checkout_url").to_owned()
}

on_both_databases! {
    async fn a_new_tenant_has_no_subscription_and_a_trial_to_use(world: World) {
        let tenant = world.owner().await.tenant().await;
        assert_eq!(tenant["subscription_status"], "none");
        assert_eq!(tenant["stripe_customer_id"], Value::Null);
        assert_eq!((&tenant["agent_quota"], &tenant["agents_active"]), (&json!(0), &json!(0)));
        assert_eq!(tenant["trial_available"], true);
        let unit = json!({"amount": 4900, "currency": "usd"});
        assert_eq!((&tenant["plan"]["unit"], &tenant["plan"]["interval"]), (&unit, &json!("month")));
        assert_eq!(tenant["plan"]["name"], "AI Employee Plan");
    }

    async fn paying_the_checkout_starts_a_trial_of_fourteen_days_within_two_seconds(world: World) {
        let owner = world.owner().await;
        let url = checkout_url(&owner, 3).await;
        let back = world.pay(&url).await;
        let prefix = format!("{}/billing?tenant_id={DEMO}&session_id=cs_", world.portal.url);
        assert!(back.starts_with(&prefix), "{back}");
        let tenant = owner
            .tenant_when("it is trialing", |tenant| tenant["subscription_status"] == "trialing")
            .await;
        assert_eq!(tenant["agent_quota"], 3);
        assert_eq!(tenant["trial_days_left"], 14);
        assert_eq!(tenant["trial_available"], false);
        assert_eq!(tenant["trial_ends_at"], tenant["current_period_end"]);
        assert_eq!(tenant["livemode"], false);
        let expected = [
            ("stripe_customer_id", "cus_"),
            ("stripe_subscription_id", "sub_"),
            ("stripe_subscription_item_id", "si_"),
        ];
        for (field, prefix) in expected {
            assert!(tenant[field].as_str().is_some_and(|id| id.starts_with(prefix)), "{field}");
        }
    }

    async fn an_owner_whose_email_stripe_refuses_subscribes_without_it(world: World) {
        const OTHER: &str = "tenant_other";
        let other = world.person("ada@localhost", OTHER, Role::Owner).await;
        let body = json!({"tenant_id": OTHER, "agent_count": 2});
        let answer = other.post("/api/portal/billing/checkout", body).await.ok();
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        let customer = &customers["data"][0];
        assert_eq!((&customer["metadata"]["tenant_id"], &customer["email"]), (&json!(OTHER), &Value::Null));
        world.pay(answer["checkout_url"].as_str().expect("a link")).await;
        let tenant = other.post("/api/portal/billing/refresh", json!({"tenant_id": OTHER})).await.ok();
        assert_eq!(tenant["subscription_status"], "trialing");
    }

    async fn the_same_wish_gets_the_same_checkout(world: World) {
        let owner = world.owner().await;
        let first = checkout_url(&owner, 3).await;
        assert_eq!(checkout_url(&owner, 3).await, first);
        let admin = world.person("admin@example.com", DEMO, Role::Admin).await;
        assert_eq!(checkout_url(&admin, 3).await, first);
    }

    async fn nothing_but_a_card_can_be_paid_with(world: World) {
        checkout_url(&world.owner().await, 3).await;
        let open = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
        assert_eq!(open["data"][0]["allowed_payment_method_types"], json!(["card"]));
    }

    async fn who_comes_back_without_paying_finds_their_number_again(world: World) {
        let owner = world.owner().await;
        checkout_url(&owner, 3).await;
        let open = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
        let back = open["data"][0]["cancel_url"].as_str().expect("a way back");
        let at = back.find("/billing").expect("the billing page");
        let page = owner.html(&back[at..]).await;
        assert!(page.contains("3 agents × $49.00"), "{page}");
    }

    async fn wishes_at_once_get_one_checkout(world: World) {
        let owner = world.owner().await;
        let wishes = (0..6).map(|_| owner.post("/api/portal/billing/checkout", seats(2)));
        let answers = futures_util::future::join_all(wishes).await;
        let urls: Vec<Value> = answers.into_iter().map(|answer| answer.ok()["checkout_url"].clone()).collect();
        assert!(urls.iter().all(|url| *url == urls[0]), "{urls:?}");
        let sessions = world.stripe(Method::GET, "/checkout/sessions", &[]).await;
        assert_eq!(sessions["data"].as_array().map(Vec::len), Some(1));
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        assert_eq!(customers["data"].as_array().map(Vec::len), Some(1));
    }

    async fn two_processes_on_one_database_get_one_checkout_and_one_subscription(world: World) {
        let second = world.second(&[]).await;
        let (here, there) = (world.owner().await, second.owner().await);
        let (one, other) = tokio::join!(checkout_url(&here, 2), checkout_url(&there, 2));
        assert_eq!(one, other);
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        assert_eq!(customers["data"].as_array().map(Vec::len), Some(1));
        world.pay(&one).await;
        here.tenant_when("it is trialing", |tenant| tenant["subscription_status"] == "trialing").await;
        let body = json!({"tenant_id": DEMO, "agent_count": 2});
        there.post("/api/portal/billing/checkout", body).await.refused(409, "already_subscribed");
    }

    async fn different_wishes_at_once_leave_one_link_that_can_be_paid(world: World) {
        let owner = world.owner().await;
        let wishes = [2, 3, 4, 5].map(|n| owner.post("/api/portal/billing/checkout", seats(n)));
        for answer in futures_util::future::join_all(wishes).await {
            assert!([200, 409].contains(&answer.status.as_u16()), "{}", answer.body);
            if answer.status == 409 {
                answer.refused(409, "checkout_in_progress");
            }
        }
        let url = checkout_url(&owner, 6).await;
        let open = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
        assert_eq!(open["data"].as_array().map(Vec::len), Some(1), "{open:#}");
        assert_eq!(open["data"][0]["url"], url);
    }

    async fn a_checkout_paid_a_moment_ago_is_not_followed_by_another(world: World) {
        let owner = world.owner().await;
        let url = checkout_url(&owner, 2).await;
        let answers = tokio::join!(
            world.pay(&url),
            owner.post("/api/portal/billing/checkout", seats(3)),
            owner.post("/api/portal/billing/checkout", seats(2)),
        );
        drop(answers);
        owner.post("/api/portal/billing/checkout", seats(4)).await.refused(409, "already_subscribed");
        let all = world.stripe(Method::GET, "/subscriptions", &[("status", "all")]).await;
        assert_eq!(all["data"].as_array().map(Vec::len), Some(1));
    }

    async fn another_number_of_agents_expires_the_checkout_before(world: World) {
        let owner = world.owner().await;
        let first = checkout_url(&owner, 3).await;
        let second = checkout_url(&owner, 5).await;
        assert_ne!(first, second);
        let open = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
        assert_eq!(open["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(open["data"][0]["url"], second);
        world.pay(&second).await;
        owner.tenant_when("there are five seats", |tenant| tenant["agent_quota"] == 5).await;
    }

    async fn a_subscribed_tenant_gets_no_second_checkout(world: World) {
        let owner = world.subscribed(2).await;
        owner.post("/api/portal/billing/checkout", seats(2)).await.refused(409, "already_subscribed");
        let live = world.stripe(Method::GET, "/subscriptions", &[("status", "all")]).await;
        assert_eq!(live["data"].as_array().map(Vec::len), Some(1));
    }

    async fn a_second_subscription_begins_without_a_trial(world: World) {
        let owner = world.subscribed(2).await;
        let now = json!({"tenant_id": DEMO, "at": "now"});
        let tenant = owner.post("/api/portal/billing/cancel", now).await.ok();
        assert_eq!(tenant["subscription_status"], "canceled");
        assert_eq!((&tenant["agent_quota"], &tenant["trial_available"]), (&json!(0), &json!(false)));
        let url = checkout_url(&owner, 2).await;
        world.pay(&url).await;
        let tenant = owner
            .tenant_when("it is active", |tenant| tenant["subscription_status"] == "active")
            .await;
        assert_eq!((&tenant["agent_quota"], &tenant["trial_ends_at"]), (&json!(2), &Value::Null));
    }

    async fn who_comes_back_sees_the_price_that_is_on_sale_by_then(world: World) {
        let owner = world.subscribed(1).await;
        let cancel = json!({"tenant_id": DEMO, "at": "now"});
        owner.post("/api/portal/billing/cancel", cancel).await.ok();
        let old = owner.tenant().await["plan"]["price_id"].as_str().expect("a price").to_owned();
        let old = world.stripe(Method::GET, &format!("/prices/{old}"), &[]).await;
        let made = world.stripe(Method::POST, "/prices", &[
            ("product", old["product"].as_str().expect("an id")), ("unit_amount", "5900"),
            ("currency", "usd"), ("recurring[interval]", "month"),
            ("lookup_key", "ai_employee_monthly"), ("transfer_lookup_key", "true"),
        ]).await;
        checkout_url(&owner, 2).await;
        let plan = owner.tenant().await["plan"].clone();
        assert_eq!((&plan["price_id"], &plan["unit"]["amount"]), (&made["id"], &json!(5_900)));
    }

    async fn the_return_from_checkout_is_believed_only_for_one_s_own_session(world: World) {
        let owner = world.owner().await;
        let url = checkout_url(&owner, 2).await;
        let open = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
        let session = open["data"][0]["id"].as_str().expect("an id").to_owned();
        let confirm = |tenant: &str, session: &str| json!({"tenant_id": tenant, "session_id": session});

        let early = owner.post("/api/portal/billing/confirm", confirm(DEMO, &session)).await.ok();
        assert_eq!(early["confirmed"], false);
        world.pay(&url).await;
        let after = owner.post("/api/portal/billing/confirm", confirm(DEMO, &session)).await.ok();
        assert_eq!(after["confirmed"], true);
        assert_eq!(after["tenant"]["subscription_status"], "trialing");

        let stranger = world.person("stranger@example.com", "tenant_other", Role::Owner).await;
        for session in [session.as_str(), "cs_test_none", "cs_../customers", "sub_1", ""] {
            stranger.post("/api/portal/billing/confirm", confirm("tenant_other", session)).await
                .refused(404, "not_found");
        }
    }

    async fn a_customer_whose_making_was_never_answered_is_found_days_later(world: World) {
        let owner = world.owner().await;
        let lost = [("fault", "lost"), ("call", "POST /v1/customers"), ("count", "3")];
        world.control("/_sandbox/faults", &lost).await;
        owner.post("/api/portal/billing/checkout", seats(1)).await.refused(503, "stripe_unavailable");
        assert_eq!(owner.tenant().await["stripe_customer_id"], Value::Null);
        // By now Stripe has forgotten the idempotency key, which would give the same customer.
        world.days_pass(2).await;
        checkout_url(&owner, 1).await;
        let all = world.stripe(Method::GET, "/customers", &[]).await;
        let ids: Vec<&Value> =
            all["data"].as_array().expect("a list").iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [&owner.tenant().await["stripe_customer_id"]]);
    }

    async fn a_customer_whose_making_stripe_calls_failed_is_found(world: World) {
        let owner = world.owner().await;
        let call = ("call", "POST /v1/customers");
        world.control("/_sandbox/faults", &[("fault", "500-done"), call]).await;
        let body = json!({"tenant_id": DEMO, "agent_count": 2});
        owner.post("/api/portal/billing/checkout", body).await.ok();
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        assert_eq!(customers["data"].as_array().expect("customers").len(), 1);
    }

    async fn a_customer_that_is_gone_at_stripe_is_made_anew(world: World) {
        let owner = world.owner().await;
        checkout_url(&owner, 2).await;
        let before = owner.tenant().await["stripe_customer_id"].clone();
        let path = format!("/customers/{}", before.as_str().expect("an id"));
        world.stripe(Method::DELETE, &path, &[]).await;
        let url = checkout_url(&owner, 3).await;
        world.pay(&url).await;
        let tenant = owner
            .tenant_when("it is trialing", |tenant| tenant["subscription_status"] == "trialing")
            .await;
        assert_ne!(tenant["stripe_customer_id"], before);
    }
}
