//! `portal doctor` on a running portal: it finds nothing after `portal stripe setup` alone, and names
//! each thing that is broken on purpose.

mod installation;

use crate::helpers::*;
use installation::{Do, Do::*, Installation};
use reqwest::Method;
use serde_json::Value;

/// What is broken, how, which findings that gives, and how it is repaired.
type Case = (&'static str, &'static [Do], &'static [&'static str], &'static [Do]);

const OTHER_PRICE: &[(&str, &str)] = &[
    ("currency", "usd"),
    ("unit_amount", "3900"),
    ("recurring[interval]", "month"),
    ("lookup_key", "ai_employee_monthly"),
    ("transfer_lookup_key", "true"),
    ("product_data[name]", "Cheaper"),
];
const OTHER_CURRENCY: &[(&str, &str)] = &[
    ("currency", "eur"),
    ("unit_amount", "4900"),
    ("recurring[interval]", "month"),
    ("lookup_key", "ai_employee_monthly"),
    ("transfer_lookup_key", "true"),
    ("product_data[name]", "European"),
];
const OTHER_INTERVAL: &[(&str, &str)] = &[
    ("currency", "usd"),
    ("unit_amount", "4900"),
    ("recurring[interval]", "year"),
    ("lookup_key", "ai_employee_monthly"),
    ("transfer_lookup_key", "true"),
    ("product_data[name]", "Yearly"),
];
const OTHER_INTERVAL_COUNT: &[(&str, &str)] = &[
    ("currency", "usd"),
    ("unit_amount", "4900"),
    ("recurring[interval]", "month"),
    ("recurring[interval_count]", "3"),
    ("lookup_key", "ai_employee_monthly"),
    ("transfer_lookup_key", "true"),
    ("product_data[name]", "Quarterly"),
];
const WITH_TAX: &[(&str, &str)] = &[
    ("currency", "usd"),
    ("unit_amount", "4900"),
    ("recurring[interval]", "month"),
    ("tax_behavior", "inclusive"),
    ("lookup_key", "ai_employee_monthly"),
    ("transfer_lookup_key", "true"),
    ("product_data[name]", "With tax"),
];
const KEY_BACK: Do = Stripe(
    "/prices/{price}",
    &[("lookup_key", "ai_employee_monthly"), ("transfer_lookup_key", "true")],
);
const ENDPOINT: &str = "/webhook_endpoints/{endpoint}";
const CONFIGURATION: &str = "/billing_portal/configurations/{portal}";
const QUANTITIES: &[(&str, &str)] = &[
    ("features[subscription_update][enabled]", "true"),
    ("features[subscription_update][default_allowed_updates][]", "quantity"),
    ("features[subscription_update][products][0][product]", "{product}"),
    ("features[subscription_update][products][0][prices][]", "{price}"),
];
const ELSEWHERE: &[(&str, &str)] = &[("url", "https://elsewhere.example.com/")];
const HERE: &[(&str, &str)] = &[("url", "{url}")];
const WAITING: &str = "INSERT INTO stripe_events (id, event_type, livemode, created_at, received_at, \
                       state, attempts, due_at) VALUES ('evt_waiting', 'invoice.paid', false, \
                       '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'pending', 8, \
                       '2999-01-01 00:00:00')";
const DEAD: &str = "INSERT INTO stripe_events (id, event_type, livemode, created_at, received_at, \
                    state, attempts, due_at) VALUES ('evt_dead', 'invoice.paid', false, \
                    '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'dead', 80, \
                    '2026-01-04 00:00:00')";

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("another amount", &[Stripe("/prices", OTHER_PRICE)], &["price"], &[KEY_BACK]),
    ("another currency", &[Stripe("/prices", OTHER_CURRENCY)], &["price"], &[KEY_BACK]),
    ("another interval", &[Stripe("/prices", OTHER_INTERVAL)], &["price"], &[KEY_BACK]),
    ("several intervals", &[Stripe("/prices", OTHER_INTERVAL_COUNT)], &["price"], &[KEY_BACK]),
    ("an archived price", &[Stripe("/prices/{price}", &[("active", "false")])],
        &["price"], &[Stripe("/prices/{price}", &[("active", "true")])]),
    ("an archived product", &[Stripe("/products/{product}", &[("active", "false")])],
        &["price"], &[Stripe("/products/{product}", &[("active", "true")])]),
    ("a price that isn't there", &[Tell("STRIPE_PRICE", "another_plan")], &["price"], &[]),
    ("an inactive portal configuration", &[Stripe(CONFIGURATION, &[("active", "false")])],
        &["portal_configuration"], &[Setup]),
    ("quantities in the Billing Portal", &[Stripe(CONFIGURATION, QUANTITIES)],
        &["portal_configuration"], &[Setup]),
    ("a portal configuration that isn't there", &[Tell("STRIPE_PORTAL_CONFIGURATION", "bpc_none")],
        &["portal_configuration"], &[]),
    ("no portal configuration", &[Tell("STRIPE_PORTAL_CONFIGURATION", "")],
        &["portal_configuration"], &[]),
    ("a missing endpoint", &[Stripe(ENDPOINT, ELSEWHERE)],
        &["webhook_endpoint"], &[Stripe(ENDPOINT, HERE)]),
    ("a disabled endpoint", &[Stripe(ENDPOINT, &[("disabled", "true")])],
        &["webhook_endpoint"], &[Setup]),
    ("a missing event", &[Stripe(ENDPOINT, &[("enabled_events[]", "invoice.paid")])],
        &["webhook_endpoint"], &[Setup]),
    ("an endpoint of another version",
        &[Stripe(ENDPOINT, ELSEWHERE), Stripe("/webhook_endpoints",
            &[("url", "{url}"), ("enabled_events[]", "*"), ("api_version", "2024-06-20")])],
        &["webhook_endpoint"],
        &[Delete("/webhook_endpoints/{other}"), Stripe(ENDPOINT, HERE)]),
    ("a key that Stripe doesn't know", &[Tell("STRIPE_SECRET_KEY", "sk_test_other")],
        &["stripe_key"], &[]),
    ("a Stripe that doesn't answer", &[Tell("STRIPE_API_BASE", "http://127.0.0.1:1")],
        &["stripe_clock", "stripe_key"], &[]),
    ("a clock that is behind", &[Clock(600)], &["stripe_clock"], &[Clock(0)]),
    ("a clock that is ahead", &[Clock(-600)], &["stripe_clock"], &[Clock(0)]),
    ("a database that isn't there", &[Tell("DATABASE_URL", "sqlite:no/such/portal.db")],
        &["database"], &[]),
    ("a database that doesn't answer", &[Tell("DATABASE_URL", "postgres://a:b@127.0.0.1:1/c")],
        &["database"], &[]),
    ("missing migrations",
        &[Sql("UPDATE __diesel_schema_migrations SET version = '0' || version")],
        &["migrations"],
        &[Sql("UPDATE __diesel_schema_migrations SET version = substr(version, 2)")]),
    ("a dead event", &[Sql(DEAD)], &["inbox"],
        &[Sql("DELETE FROM stripe_events WHERE id = 'evt_dead'")]),
    ("a portal that isn't there", &[Tell("PORTAL_URL", "http://127.0.0.1:1")],
        &["portal_url", "webhook_endpoint", "webhook_secret"], &[]),
    ("something else in the portal's place", &[Tell("PORTAL_URL", "{stripe}")],
        &["portal_url", "webhook_endpoint", "webhook_secret"], &[]),
    ("no public address", &[Tell("PORTAL_URL", "")],
        &["portal_url", "webhook_endpoint", "webhook_secret"], &[]),
    ("another webhook secret", &[Tell("STRIPE_WEBHOOK_SECRET", "whsec_other")],
        &["webhook_secret"], &[]),
    ("no webhook secret", &[Tell("STRIPE_WEBHOOK_SECRET", "")], &["webhook_secret"], &[]),
];

async fn each_thing_that_is_broken_is_named_and_nothing_else(database_url: Option<String>) {
    let mut installation = Installation::new(database_url).await;
    let (code, findings) = installation.examined().await;
    let not_ok: Vec<&Value> = findings.iter().filter(|one| one["level"] != "ok").collect();
    assert_eq!((code, not_ok), (0, vec![]));
    assert_eq!(findings.len(), 14, "{findings:#?}");
    let environment = installation.account.environment.clone();
    for (what, broken, at_fault, mended) in CASES {
        for act in *broken {
            installation.act(*act).await;
        }
        let (code, findings) = installation.examined().await;
        let faults = findings.iter().filter(|one| one["level"] == "fault");
        let faults: Vec<&Value> = faults.collect();
        assert!(faults.iter().all(|fault| fault["remedy"].is_string()), "{what}: {faults:#?}");
        let mut names: Vec<&str> =
            faults.iter().map(|fault| fault["check"].as_str().expect("a name")).collect();
        names.sort_unstable();
        assert_eq!((code, names), (1, at_fault.to_vec()), "{what}: {findings:#?}");
        installation.account.environment.clone_from(&environment);
        for act in *mended {
            installation.act(*act).await;
        }
    }
    let (code, findings) = installation.examined().await;
    assert_eq!(code, 0, "{findings:#?}");
    // It sent requests, signed an event and compared, but left no event behind.
    let left = installation.world.sql("UPDATE stripe_events SET state = state").await;
    assert_eq!(left, Ok(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_that_is_broken_is_named_on_sqlite() {
    each_thing_that_is_broken_is_named_and_nothing_else(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_that_is_broken_is_named_on_postgres() {
    each_thing_that_is_broken_is_named_and_nothing_else(Some(new_postgres().await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_be_better_is_a_warning_and_no_fault() {
    let mut installation = Installation::new(None).await;
    installation.account.set("ENTITLEMENTS_TOKEN", "");
    installation.act(Stripe(ENDPOINT, &[("enabled_events[]", "*")])).await;
    let cards = ("features[payment_method_update][enabled]", "false");
    let path = installation.named(CONFIGURATION);
    installation.account.stripe(Method::POST, &path, &[cards]).await;
    installation.act(Sql(WAITING)).await;
    installation.act(Clock(-30)).await;
    // A price named by its id is intended, whatever it costs.
    installation.act(Stripe("/prices", OTHER_CURRENCY)).await;
    installation.account.set("STRIPE_PRICE", &installation.other.clone());
    let (code, findings) = installation.examined().await;
    let expected = [
        "inbox",
        "service_tokens",
        "price",
        "portal_configuration",
        "webhook_endpoint",
        "stripe_clock",
    ];
    assert_eq!((code, warnings(&findings)), (0, expected.into()), "{findings:#?}");
    let before = installation.account.environment.clone();
    installation.account.set("PORTAL_URL", "https://127.0.0.1:1");
    let (_, findings) = installation.examined().await;
    assert!(warnings(&findings).contains(&"trusted_proxies"), "{findings:#?}");
    installation.account.environment = before;
    let name = "runtime".parse().expect("a name");
    let (db, now) = (&installation.world.portal.db, chrono::Utc::now());
    portal::auth::add_service_token(db, &name, now).await.expect("a token");
    let (_, findings) = installation.examined().await;
    assert!(!warnings(&findings).contains(&"service_tokens"), "{findings:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_includes_tax_is_told_where_stripe_works_out_the_tax() {
    let mut installation = Installation::new(None).await;
    installation.account.set("STRIPE_AUTOMATIC_TAX", "true");
    let (_, findings) = installation.examined().await;
    assert!(warnings(&findings).is_empty(), "{findings:#?}");
    installation.act(Stripe("/prices", WITH_TAX)).await;
    let (code, findings) = installation.examined().await;
    assert_eq!((code, warnings(&findings)), (0, vec!["price"]), "{findings:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_restricted_key_may_not_see_is_not_looked_at() {
    let mut installation = Installation::new(None).await;
    installation.account.set("STRIPE_SECRET_KEY", RESTRICTED_KEY);
    let (code, findings) = installation.examined().await;
    assert_eq!((code, warnings(&findings)), (0, vec!["webhook_endpoint"]), "{findings:#?}");
    let (code, report) = installation.account.json(&["stripe", "setup", "--json"]).await;
    let remedy = report["steps"][3]["remedy"].as_str().expect("a remedy");
    assert!(code == 1 && remedy.contains("this permission"), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_follows_the_last_retry_shows_where_one_has_come_to_it() {
    let installation = Installation::new(None).await;
    for (then, level) in [("canceled", "ok"), ("unpaid", "ok"), ("past_due", "warning")] {
        let stays_unpaid = installation.unpaid_until(then).await;
        let (_, findings) = installation.examined().await;
        let found = findings.iter().find(|one| one["check"] == "last_retry").expect("the check");
        let what = found["what"].as_str().expect("a text");
        assert!(found["level"] == level && what.contains(&stays_unpaid), "{then}: {found}");
    }
}

fn warnings(findings: &[Value]) -> Vec<&str> {
    let warnings = findings.iter().filter(|one| one["level"] == "warning");
    warnings.map(|warning| warning["check"].as_str().expect("a name")).collect()
}
