//! A running sandbox, a client for it, and a receiver of its webhooks.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use dioxus::server::axum;
use hmac::{Hmac, Mac};
use portal::sandbox::{Sandbox, SandboxConfig, WebhookTarget};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

pub const SECRET: &str = "whsec_test";
pub const DAY: i64 = 86_400;
/// How long a renewal's invoice is a draft.
pub const HOUR: i64 = 3_600;

/// A response with its body read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn read(response: Response) -> Answer {
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub struct Bench {
    pub sandbox: Sandbox,
    pub client: Client,
    pub inbox: Inbox,
}

impl Bench {
    /// Starts a sandbox that sends its webhooks to a receiver that answers 200.
    pub async fn start() -> Bench {
        Bench::start_on(None).await
    }

    /// Like [`Bench::start`], with a file to keep the sandbox's state in.
    pub async fn start_on(state: Option<PathBuf>) -> Bench {
        let inbox = Inbox::start().await;
        let webhook = Some(WebhookTarget {
            url: inbox.url.clone(),
            secret: SECRET.to_owned(),
            enabled_events: &["*"],
        });
        let addr = "127.0.0.1:0".parse().unwrap();
        let sandbox =
            Sandbox::start(SandboxConfig { addr, webhook, state, anew: false, empty: false })
                .await
                .unwrap();
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Bench { sandbox, client, inbox }
    }

    /// An API request with a key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/v1/{path}", self.sandbox.url()))
            .bearer_auth("sk_test_bench")
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = Answer::read(self.request(Method::GET, path).send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub async fn post(&self, path: &str, form: &str) -> Value {
        let answer = self.try_post(path, form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub async fn try_post(&self, path: &str, form: &str) -> Answer {
        Answer::read(self.request(Method::POST, path).body(form.to_owned()).send().await.unwrap())
            .await
    }

    /// Posts a form of a hosted page or a control; `url` is a whole URL or a path.
    pub async fn form(&self, url: &str, form: &str) -> Answer {
        let url = if url.starts_with('/') {
            format!("{}{url}", self.sandbox.url())
        } else {
            url.to_owned()
        };
        Answer::read(self.client.post(url).body(form.to_owned()).send().await.unwrap()).await
    }

    pub async fn page(&self, url: &str) -> Answer {
        let url = if url.starts_with('/') {
            format!("{}{url}", self.sandbox.url())
        } else {
            url.to_owned()
        };
        Answer::read(self.client.get(url).send().await.unwrap()).await
    }

    pub async fn price(&self) -> String {
        id(&self.get("prices?lookup_keys[]=ai_employee_monthly").await["data"][0])
    }

    pub async fn customer(&self) -> String {
        id(&self.post("customers", "email=owner@example.com&metadata[tenant_id]=tenant_demo").await)
    }

    /// A Checkout session for a number of seats; `extra` is added to its form.
    pub async fn session(&self, customer: &str, seats: i64, extra: &str) -> Value {
        let price = self.price().await;
        let form = format!(
            "mode=subscription&customer={customer}&line_items[0][price]={price}&line_items[0][quantity]={seats}\
             &success_url=http://127.0.0.1/done?session_id={{CHECKOUT_SESSION_ID}}&cancel_url=http://127.0.0.1/billing&{extra}"
        );
        self.post("checkout/sessions", &form).await
    }

    /// A subscription with a card: in a 14-day trial, or active and paid.
    pub async fn subscribe(&self, seats: i64, trial: bool, card: &str) -> Value {
        let customer = self.customer().await;
        let extra = if trial { "subscription_data[trial_period_days]=14" } else { "" };
        let session = self.session(&customer, seats, extra).await;
        let answer = self.form(session["url"].as_str().unwrap(), &card_form(card)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let session = self.get(&format!("checkout/sessions/{}", id(&session))).await;
        self.get(&format!("subscriptions/{}", session["subscription"].as_str().unwrap())).await
    }

    pub async fn subscription(&self, id: &str) -> Value {
        self.get(&format!("subscriptions/{id}")).await
    }

    pub async fn latest_invoice(&self, subscription: &str) -> Value {
        let subscription = self.subscription(subscription).await;
        self.get(&format!("invoices/{}", subscription["latest_invoice"].as_str().unwrap())).await
    }

    /// Attaches one of Stripe's ready-made cards; returns its id.
    pub async fn attach(&self, customer: &str, ready_made: &str) -> String {
        let path = format!("payment_methods/{ready_made}/attach");
        id(&self.post(&path, &format!("customer={customer}")).await)
    }

    /// Makes one of Stripe's ready-made cards a subscription's default.
    pub async fn pay_with(&self, subscription: &Value, ready_made: &str) {
        let card = self.attach(subscription["customer"].as_str().unwrap(), ready_made).await;
        let path = format!("subscriptions/{}", id(subscription));
        self.post(&path, &format!("default_payment_method={card}")).await;
    }

    pub async fn advance(&self, to: i64) {
        let answer = self.form("/_sandbox/advance", &format!("to={to}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// The types of all events so far, oldest first.
    pub async fn events(&self) -> Vec<String> {
        let list = self.get("events?limit=100").await;
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .rev()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

pub fn card_form(number: &str) -> String {
    format!("email=owner@example.com&card_number={number}&exp=12/40&cvc=123&name=Ada+Owner")
}

#[derive(Clone, Debug)]
pub struct Received {
    pub signature: String,
    pub body: String,
}

impl Received {
    /// Whether its raw body is signed with this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let (time, signature) =
            self.signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.{}", self.body).as_bytes());
        hex::encode(mac.finalize().into_bytes()) == signature
    }
}

/// Receives webhooks, and answers as it is told to.
#[derive(Clone)]
pub struct Inbox {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    refusals: Arc<Mutex<usize>>,
}

impl Inbox {
    pub async fn start() -> Inbox {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inbox = Inbox {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            received: Arc::default(),
            refusals: Arc::default(),
        };
        let app = Router::new().route("/hook", post(take)).with_state(inbox.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        inbox
    }

    pub fn refuse_next(&self, count: usize) {
        *self.refusals.lock().unwrap() = count;
    }

    pub fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits for the first event of a type.
    pub async fn wait_for(&self, kind: &str) -> Received {
        for _ in 0..200 {
            let found = self
                .all()
                .into_iter()
                .find(|received| received.body.contains(&format!("\"type\":\"{kind}\"")));
            if let Some(found) = found {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no {kind} came");
    }
}

async fn take(State(inbox): State<Inbox>, headers: HeaderMap, body: String) -> StatusCode {
    let mut refusals = inbox.refusals.lock().unwrap();
    if *refusals > 0 {
        *refusals -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    inbox.received.lock().unwrap().push(Received { signature, body });
    StatusCode::OK
}
