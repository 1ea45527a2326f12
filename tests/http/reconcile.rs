//! `portal sync` finds what no webhook reported.

use crate::helpers::*;
use chrono::{TimeDelta, Utc};
use portal::billing::Walk;
use portal::model::{ActivityKind, Actor, Role, TenantId, Timestamp};
use portal::store::NewActivity;
use portal::webhooks::{EVENT_TYPES, replay};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Runs `portal sync`; returns its exit code and all its output.
async fn sync(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let Finished { code, out, err } = world.command(&[&["sync"], arguments].concat()).await;
    (code, out + &err)
}

/// Three seats in use, of which one is removed at Stripe; its webhooks never arrive.
async fn drifted(world: &World) -> Person {
    let owner = world.subscribed(3).await;
    for name in ["Ada", "Bob", "Cleo"] {
        owner.hire(name).await.ok();
    }
    world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
    owner.settled().await;
    let item = owner.tenant().await["stripe_subscription_item_id"].clone();
    let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
    world.stripe(Method::POST, &path, &[("quantity", "2")]).await;
    owner
}

fn standing(tenant: &Value) -> (u64, u64) {
    let count = |field: &str| tenant[field].as_u64().expect("a count");
    (count("agent_quota"), count("agents_active"))
}

on_both_databases! {
    async fn a_dry_run_says_what_differs_and_changes_nothing(world: World) {
        let owner = drifted(&world).await;
        let before = owner.tenant().await;
        let (code, text) = sync(&world, &["--dry-run"]).await;
        let row = text.lines().find(|line| line.starts_with(DEMO)).expect("a row");
        for part in ["trialing, 2 seats", "trialing, 3 seats", "3 -> 2"] {
            assert!(row.contains(part), "{text}");
        }
        assert!(text.contains("1 tenant compared, 1 differed (left as they are)"), "{text}");
        assert_eq!((code, owner.tenant().await), (Some(0), before));
    }

    async fn a_sync_mends_what_differs_and_then_finds_nothing(world: World) {
        let owner = drifted(&world).await;
        let (code, text) = sync(&world, &[]).await;
        assert!(text.contains("1 differed (mended)") && text.contains("3 -> 2"), "{text}");
        assert_eq!((code, standing(&owner.tenant().await)), (Some(0), (2, 2)));
        let (code, text) = sync(&world, &[]).await;
        assert!(text.contains("1 tenant compared, 0 differed"), "{text}");
        assert_eq!(code, Some(0));
    }

    async fn events_that_no_webhook_brought_are_fetched_once(world: World) {
        drifted(&world).await;
        // Longer than Stripe itself retries.
        world.days_pass(5).await;
        let listed = world.stripe(Method::GET, "/events", &[("delivery_success", "false")]).await;
        let listed = listed["data"].as_array().expect("events").iter();
        let needed = |event: &&Value| EVENT_TYPES.contains(&event["type"].as_str().expect("a type"));
        let missing: Vec<&Value> = listed.filter(needed).collect();
        let known = async |event: &Value| {
            world.inbox_event(event["id"].as_str().expect("an id")).await
        };
        assert!(!missing.is_empty());
        assert_eq!(known(missing[0]).await, None);
        let taken = match missing.len() {
            1 => "1 event taken".to_owned(),
            several => format!("{several} events taken"),
        };
        let (_, text) = sync(&world, &[]).await;
        assert!(text.contains(&taken), "{taken}: {text}");
        for event in missing {
            assert!(known(event).await.is_some());
        }
        // It does not revive a dead event either.
        world.sql("UPDATE stripe_events SET state = 'dead'").await.expect("changed");
        let (code, text) = sync(&world, &[]).await;
        assert!(text.contains("0 events taken"), "{text}");
        assert_eq!(code, Some(0));
    }

    async fn events_that_were_fetched_before_stripe_failed_are_kept(world: World) {
        let owner = drifted(&world).await;
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
        // More than one page of events.
        for quantity in ["3", "2"].into_iter().cycle().take(110) {
            world.stripe(Method::POST, &path, &[("quantity", quantity)]).await;
        }
        let front = Front::before(world.sandbox()).await;
        let stripe = [("STRIPE_API_BASE", front.url.as_str()), ("STRIPE_SECRET_KEY", KEY)];
        let second = world.second(&stripe).await;
        let (db, billing) = (&second.portal.db, &second.portal.billing);
        front.set_first_pages_only(true);
        replay(db, billing, None, Utc::now()).await.expect_err("no second page");
        front.set_first_pages_only(false);
        let rest = replay(db, billing, None, Utc::now()).await.expect("all pages");
        assert!((1..100).contains(&rest), "{rest}");
        assert_eq!(replay(db, billing, None, Utc::now()).await.expect("all pages"), 0);
    }

    async fn events_that_stripe_has_given_up_are_looked_at_once(world: World) {
        drifted(&world).await;
        world.days_pass(5).await;
        let (db, billing) = (&world.portal.db, &world.portal.billing);
        let fetched = async |looked_at: Option<Timestamp>| {
            replay(db, billing, looked_at, Utc::now()).await.expect("all pages")
        };
        assert_eq!(fetched(Some(billing.now())).await, 0);
        assert!(fetched(Some(billing.now() - TimeDelta::days(5))).await > 0);
        assert_eq!(fetched(None).await, 0);
    }

    async fn processes_share_the_tenants_that_nobody_has_synced(world: World) {
        let tenants: BTreeSet<TenantId> =
            (0..12).map(|number| format!("tenant_{number}").parse().expect("an id")).collect();
        let entry = NewActivity::new(ActivityKind::CustomerCreated, Actor::Portal);
        for id in &tenants {
            let db = &world.portal.db;
            db.create_tenant(id, "Another", Utc::now()).await.expect("a tenant");
            let customer = world.stripe(Method::POST, "/customers", &[("name", id.as_str())]).await;
            let customer = customer["id"].as_str().expect("an id");
            db.keep_customer(id, customer, &entry, Utc::now()).await.expect("kept");
        }
        let second = world.second(&[]).await;
        let walk = Walk { dry_run: false, synced_before: Some(Utc::now() - TimeDelta::hours(1)) };
        let (mut by_one, mut by_other) = (Vec::new(), Vec::new());
        let (one, other) = tokio::join!(
            world.portal.billing.reconcile_all(walk, |finding| by_one.push(finding.tenant_id)),
            second.portal.billing.reconcile_all(walk, |finding| by_other.push(finding.tenant_id)),
        );
        one.expect("a walk");
        other.expect("a walk");
        // Both may start with the same tenant at the same moment, but not every time.
        assert!(by_one.len() + by_other.len() < 2 * tenants.len(), "{by_one:?} {by_other:?}");
        assert_eq!(by_one.into_iter().chain(by_other).collect::<BTreeSet<_>>(), tenants);
    }

    async fn a_customer_deleted_at_stripe_is_found(world: World) {
        let owner = drifted(&world).await;
        let customer = owner.tenant().await["stripe_customer_id"].clone();
        let path = format!("/customers/{}", customer.as_str().expect("an id"));
        world.stripe(Method::DELETE, &path, &[]).await;
        let (_, dry) = sync(&world, &["--dry-run"]).await;
        assert_eq!(standing(&owner.tenant().await), (3, 3));
        let (code, text) = sync(&world, &["--tenant", DEMO]).await;
        for text in [dry, text] {
            assert!(text.contains("3 -> 0") && text.contains("1 differed"), "{text}");
        }
        assert_eq!((code, standing(&owner.tenant().await)), (Some(0), (0, 0)));
    }

    async fn one_tenant_is_synced_without_the_others(world: World) {
        let owner = drifted(&world).await;
        world.person("other@example.com", "tenant_other", Role::Owner).await;
        let (code, text) = sync(&world, &["--tenant", "tenant_other"]).await;
        assert!(text.contains("1 tenant compared, 0 differed"), "{text}");
        assert_eq!((code, standing(&owner.tenant().await)), (Some(0), (3, 3)));
        let (code, text) = sync(&world, &["--tenant", "tenant_none"]).await;
        assert!(text.contains("tenant_none: there is no such tenant"), "{text}");
        assert_eq!(code, Some(1));
    }

    async fn a_sync_while_stripe_is_away_changes_nothing_and_fails(world: World) {
        let owner = drifted(&world).await;
        let call = ("call", "GET /v1/subscriptions");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        let (code, text) = sync(&world, &[]).await;
        assert!(text.contains("Stripe is not reachable"), "{text}");
        assert_eq!(code, Some(1));
        assert_eq!(standing(&owner.tenant().await), (3, 3));
        assert_eq!(sync(&world, &[]).await.0, Some(0));
        assert_eq!(owner.tenant().await["agent_quota"], json!(2));
    }
}
