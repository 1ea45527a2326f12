//! An installation for the doctor to examine, and ways to break and repair it.

use crate::helpers::*;
use Do::*;
use reqwest::Method;
use serde_json::Value;

/// One step that breaks an installation or repairs it.
#[derive(Clone, Copy)]
pub enum Do {
    /// A change at Stripe; `{price}`, `{portal}` and `{endpoint}` stand for what setup created,
    /// `{other}` for what the previous change created.
    Stripe(&'static str, &'static [(&'static str, &'static str)]),
    Delete(&'static str),
    /// A setting for the doctor only; the running portal keeps its own.
    Tell(&'static str, &'static str),
    /// How many seconds Stripe's clock is ahead.
    Clock(i64),
    Sql(&'static str),
    /// `portal stripe setup`.
    Setup,
}

/// A portal on an account set up by `portal stripe setup`.
pub struct Installation {
    pub world: World,
    pub account: Account,
    product: String,
    price: String,
    endpoint: String,
    /// The id of what the last change created.
    pub other: String,
}

impl Installation {
    pub async fn new(database_url: Option<String>) -> Self {
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

    /// The text with ids and addresses filled in for their placeholders.
    pub fn named(&self, text: &str) -> String {
        let get = |name| self.account.get(name).unwrap_or_default();
        text.replace("{product}", &self.product)
            .replace("{price}", &self.price)
            .replace("{endpoint}", &self.endpoint)
            .replace("{other}", &self.other)
            .replace("{portal}", get("STRIPE_PORTAL_CONFIGURATION"))
            .replace("{stripe}", &self.account.front.url)
            .replace("{url}", &format!("{}/api/webhooks/stripe", self.world.portal.url))
    }

    pub async fn act(&mut self, what: Do) {
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

    /// The id of a new subscription whose only payment fails, on an account where `then` follows.
    pub async fn unpaid_until(&self, then: &str) -> String {
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

    /// The doctor's exit code and findings.
    pub async fn examined(&self) -> (i32, Vec<Value>) {
        let (code, report) = self.account.json(&["doctor", "--json"]).await;
        (code, report["findings"].as_array().expect("findings").clone())
    }
}
