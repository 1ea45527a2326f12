//! `portal doctor` beside a running portal: nothing to say of an account that `portal stripe setup`
//! alone has set up, and each thing that is broken on purpose is named.

use crate::helpers::*;
use Do::*;
use reqwest::Method;
use serde_json::Value;

/// Something that is done to break an installation, or to mend it.
#[derive(Clone, Copy)]
enum Do {
    /// A change at Stripe; `{price}`, `{portal}` and `{endpoint}` stand for what setup has made,
    /// `{other}` for what the change before this one made.
    Stripe(&'static str, &'static [(&'static str, &'static str)]),
    Delete(&'static str),
    /// What the doctor is told; the portal goes on with what it has.
    Tell(&'static str, &'static str),
    /// How far Stripe's clock is ahead, in seconds.
    Clock(i64),
    Sql(&'static str),
    /// `portal stripe setup`.
    Setup,
}

/// What is broken, how, what is at fault then, and how it is mended.
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

/// A portal on an account that `portal stripe setup` has set up.
struct Installation {
    world: World,
    account: Account,
    product: String,
    price: String,
    endpoint: String,
    other: String,
}

impl Installation {
    async fn new(database_url: Option<String>) -> Self {
        let addr = std::net::SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut account = Account::new(&format!("http://{addr}")).await;
        if let Some(database_url) = database_url {
            account.set("DATABASE_URL", &database_url);
        }
        let setup = ["stripe", "setup", "--json", "--env-file", "portal.env"];
        let (code, report) = account.json(&setup).await;
        assert_eq!(code, 0, "{report}");
        account.read("portal.env");
        let environment: Vec<(&str, &str)> = account
            .environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let database_url = account.get("DATABASE_URL").expect("a database");
        let mut config = configuration(database_url, &environment);
        config.addr = addr;
        let world = World::with(config, None).await;
        let id = |step: usize| report["steps"][step]["id"].as_str().expect("an id").to_owned();
        let (product, price, endpoint) = (id(0), id(1), id(3));
        Self { world, account, product, price, endpoint, other: String::new() }
    }

    fn named(&self, text: &str) -> String {
        let get = |name| self.account.get(name).unwrap_or_default();
        text.replace("{product}", &self.product)
            .replace("{price}", &self.price)
            .replace("{endpoint}", &self.endpoint)
            .replace("{other}", &self.other)
            .replace("{portal}", get("STRIPE_PORTAL_CONFIGURATION"))
            .replace("{stripe}", &self.account.front.url)
            .replace("{url}", &format!("{}/api/webhooks/stripe", self.world.portal.url))
    }

    async fn act(&mut self, what: Do) {
        match what {
            Stripe(path, fields) => {
                let fields: Vec<(&str, String)> =
                    fields.iter().map(|(name, value)| (*name, self.named(value))).collect();
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let made = self.account.stripe(Method::POST, &self.named(path), &fields).await;
                self.other = made["id"].as_str().expect("an id").to_owned();
            }
            Delete(path) => {
                self.account.stripe(Method::DELETE, &self.named(path), &[]).await;
            }
            Tell(name, value) => self.account.set(name, &self.named(value)),
            Clock(seconds) => self.account.front.set_ahead(seconds),
            Sql(statement) => {
                self.world.sql(statement).await.expect("a statement");
            }
            Setup => assert_eq!(self.account.json(&["stripe", "setup", "--json"]).await.0, 0),
        }
    }

    /// The id of a new subscription whose only payment fails, on an account where this follows.
    async fn unpaid_until(&self, then: &str) -> String {
        let control = async |path: &str, fields: &[(&str, &str)]| {
            let url = format!("{}/_sandbox/{path}", self.account.front.behind);
            let request = reqwest::Client::new().post(url).form(fields);
            assert!(request.send().await.expect("an answer").status().is_success(), "{path}");
        };
        let stripe = async |path: &str, fields: &[(&str, &str)]| {
            let made = self.account.stripe(Method::POST, path, fields).await;
            made["id"].as_str().expect("an id").to_owned()
        };
        control("payments", &[("retry_days", ""), ("then", then)]).await;
        let customer = stripe("/customers", &[("name", "Ada")]).await;
        let attach = "/payment_methods/pm_card_chargeCustomerFail/attach";
        let card = stripe(attach, &[("customer", &customer)]).await;
        let fields = [
            ("customer", customer.as_str()),
            ("items[0][price]", &self.price),
            ("default_payment_method", &card),
            ("trial_period_days", "1"),
        ];
        let subscription = stripe("/subscriptions", &fields).await;
        control("advance", &[("by", &(2 * 86_400).to_string())]).await;
        subscription
    }

    /// What the doctor finds, and its exit code.
    async fn examined(&self) -> (i32, Vec<Value>) {
        let (code, report) = self.account.json(&["doctor", "--json"]).await;
        (code, report["findings"].as_array().expect("findings").clone())
    }
}

async fn each_thing_that_is_broken_is_named_and_nothing_else(database_url: Option<String>) {
    let mut installation = Installation::new(database_url).await;
    let (code, findings) = installation.examined().await;
    let not_ok: Vec<&Value> = findings.iter().filter(|one| one["level"] != "ok").collect();
    assert_eq!((code, not_ok), (0, vec![]));
    assert_eq!(findings.len(), 13, "{findings:#?}");
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
    // It asked, signed and compared, and left nothing behind.
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
    // A price that is named by its id is meant, whatever it costs.
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
