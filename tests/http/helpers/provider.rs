//! An OpenID Connect provider by the standard: discovery, keys, authorization codes with PKCE, signed
//! ID tokens. Everyone sent to it is already signed in there, and it can be made to lie.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dioxus::server::axum::extract::{Form, Query, State};
use dioxus::server::axum::http::{HeaderMap, StatusCode};
use dioxus::server::axum::response::{IntoResponse, Redirect, Response};
use dioxus::server::axum::routing::{get, post};
use dioxus::server::axum::{self, Json, Router};
use hmac::{Hmac, Mac};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{self, EcdsaKeyPair, KeyPair, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const CLIENT_ID: &str = "the-portal";
pub const CLIENT_SECRET: &str = "a-secret-of-the-provider-s";

/// What is wrong with the next token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    WrongNonce,
    WrongAudience,
    WrongIssuer,
    Expired,
    BadSignature,
    /// `alg: none`.
    Unsigned,
    /// Signed with a secret that the client knows too.
    SharedSecret,
}

/// A key that signs tokens.
enum Key {
    Ecdsa(String, EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// A code that can be exchanged once.
struct Grant {
    challenge: String,
    nonce: String,
    redirect_uri: String,
}

struct Inside {
    issuer: String,
    person: Value,
    fault: Option<Fault>,
    refuses: bool,
    key: Key,
    grants: HashMap<String, Grant>,
    keys_read: u32,
}

type Shared = Arc<Mutex<Inside>>;

/// A running provider.
pub struct Provider {
    pub url: String,
    inside: Shared,
    serving: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inside = Arc::new(Mutex::new(Inside {
            issuer: url.clone(),
            person: Value::Null,
            fault: None,
            refuses: false,
            key: Key::ecdsa(),
            grants: HashMap::new(),
            keys_read: 0,
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(inside.clone());
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("served");
        });
        Self { url, inside, serving }
    }

    /// Sets who is signed in there, with these additional claims.
    pub fn signs_in(&self, subject: &str, email: &str, others: Value) {
        let mut person = json!({
            "sub": subject, "email": email, "email_verified": true, "name": "Ada Lovelace",
        });
        for (name, value) in others.as_object().expect("claims") {
            person[name] = value.clone();
        }
        lock(&self.inside).person = person;
    }

    pub fn lies(&self, fault: Option<Fault>) {
        lock(&self.inside).fault = fault;
    }

    /// Sets whether it refuses everyone.
    pub fn refuses(&self, refuses: bool) {
        lock(&self.inside).refuses = refuses;
    }

    /// Makes it sign with a new key and forget the previous one.
    pub fn rotates(&self) {
        lock(&self.inside).key = Key::ecdsa();
    }

    /// Makes it sign with RS256, as most providers do.
    pub fn signs_by_rsa(&self) {
        let key = RsaKeyPair::from_der(include_bytes!("provider_rsa.der")).expect("a key");
        lock(&self.inside).key = Key::Rsa(key);
    }

    /// How often its keys were requested.
    pub fn keys_read(&self) -> u32 {
        lock(&self.inside).keys_read
    }
}

fn lock(inside: &Shared) -> MutexGuard<'_, Inside> {
    inside.lock().expect("nobody panicked")
}

impl Key {
    fn ecdsa() -> Self {
        let (random, how) = (SystemRandom::new(), &signature::ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(how, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(how, document.as_ref(), &random).expect("a key");
        Self::Ecdsa(uuid::Uuid::new_v4().to_string(), pair)
    }

    fn header(&self) -> Value {
        match self {
            Self::Ecdsa(kid, _) => json!({"alg": "ES256", "typ": "JWT", "kid": kid}),
            Self::Rsa(_) => json!({"alg": "RS256", "typ": "JWT", "kid": "rsa"}),
        }
    }

    fn public(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ecdsa(kid, pair) => {
                // The byte 4, then both coordinates.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": text(x), "y": text(y)})
            }
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e }: PublicKeyComponents<Vec<u8>> =
                    pair.public().into();
                json!({"kty": "RSA", "use": "sig", "kid": "rsa", "n": text(&n), "e": text(&e)})
            }
        }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(_, pair) => pair.sign(&random, text).expect("signed").as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signed = vec![0; pair.public().modulus_len()];
                let how = &signature::RSA_PKCS1_SHA256;
                pair.sign(how, &random, text, &mut signed).expect("signed");
                signed
            }
        }
    }
}

async fn discovery(State(inside): State<Shared>) -> Json<Value> {
    let issuer = lock(&inside).issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }))
}

async fn keys(State(inside): State<Shared>) -> Json<Value> {
    let mut inside = lock(&inside);
    inside.keys_read += 1;
    Json(json!({"keys": [inside.key.public()]}))
}

async fn authorize(
    State(inside): State<Shared>,
    Query(asked): Query<HashMap<String, String>>,
) -> Redirect {
    let asked = |name: &str| asked.get(name).cloned().unwrap_or_default();
    assert_eq!((asked("response_type").as_str(), asked("client_id").as_str()), ("code", CLIENT_ID));
    assert_eq!(asked("code_challenge_method"), "S256");
    assert!(asked("scope").split(' ').any(|scope| scope == "openid"));
    let (back, state) = (asked("redirect_uri"), asked("state"));
    let mut inside = lock(&inside);
    if inside.refuses {
        return Redirect::to(&format!("{back}?error=access_denied&state={state}"));
    }
    let code = uuid::Uuid::new_v4().to_string();
    let (challenge, nonce) = (asked("code_challenge"), asked("nonce"));
    let grant = Grant { challenge, nonce, redirect_uri: back.clone() };
    inside.grants.insert(code.clone(), grant);
    Redirect::to(&format!("{back}?code={code}&state={state}"))
}

async fn token(
    State(inside): State<Shared>,
    headers: HeaderMap,
    Form(sent): Form<HashMap<String, String>>,
) -> Response {
    let refuse =
        |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")));
    if headers.get("authorization").and_then(|value| value.to_str().ok()) != Some(&basic) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"})))
            .into_response();
    }
    let sent = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let mut inside = lock(&inside);
    let Some(grant) = inside.grants.remove(&sent("code")) else { return refuse("invalid_grant") };
    let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(sent("code_verifier")));
    if proof != grant.challenge || sent("redirect_uri") != grant.redirect_uri {
        return refuse("invalid_grant");
    }
    Json(json!({
        "access_token": "of no use",
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": inside.id_token(&grant.nonce),
    }))
    .into_response()
}

impl Inside {
    fn id_token(&self, nonce: &str) -> String {
        let now = chrono::Utc::now().timestamp();
        let mut claims = self.person.clone();
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("aud", json!(CLIENT_ID)),
            ("nonce", json!(nonce)),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
        ] {
            claims[name] = value;
        }
        let mut header = self.key.header();
        match self.fault {
            Some(Fault::WrongNonce) => claims["nonce"] = json!("of another sign-in"),
            Some(Fault::WrongAudience) => claims["aud"] = json!("another client"),
            Some(Fault::WrongIssuer) => claims["iss"] = json!("https://id.example.com"),
            Some(Fault::Expired) => claims["exp"] = json!(now - 3600),
            Some(Fault::Unsigned) => header = json!({"alg": "none", "typ": "JWT"}),
            Some(Fault::SharedSecret) => header = json!({"alg": "HS256", "typ": "JWT"}),
            Some(Fault::BadSignature) | None => {}
        }
        let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", text(&header), text(&claims));
        let signed = match self.fault {
            Some(Fault::Unsigned) => Vec::new(),
            Some(Fault::BadSignature) => self.key.sign(b"something else"),
            Some(Fault::SharedSecret) => {
                let mac = Hmac::<Sha256>::new_from_slice(CLIENT_SECRET.as_bytes()).expect("a key");
                mac.chain_update(&said).finalize().into_bytes().to_vec()
            }
            _ => self.key.sign(said.as_bytes()),
        };
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signed))
    }
}
