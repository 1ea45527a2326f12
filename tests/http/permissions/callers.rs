//! Every kind of caller of the portal.

use crate::helpers::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portal::model::Role;
use reqwest::header::SET_COOKIE;
use reqwest::{Method, Response};
use serde_json::Value;
use std::mem::take;

/// The callers, in this order.
pub const NAMES: [&str; 7] = [
    "nobody",
    "member",
    "admin",
    "owner",
    "owner of another tenant",
    "platform administrator",
    "ended session",
];

/// What an address is called with.
pub enum With {
    Nothing,
    Query(String),
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

/// A caller, who calls repeatedly.
pub struct Caller {
    pub name: &'static str,
    person: Person,
    /// The email to sign in with again.
    email: Option<&'static str>,
    /// The id of another session of theirs, to be ended.
    spare: String,
}

/// The result of a call.
pub struct Called {
    pub status: u16,
    pub said: String,
}

pub async fn callers(world: &World) -> Vec<Caller> {
    let mut all = Vec::new();
    for name in NAMES {
        let email = match name {
            "member" => Some(("member@example.com", DEMO, Role::Member)),
            "admin" => Some(("admin@example.com", DEMO, Role::Admin)),
            "owner" => Some(("owner@example.org", DEMO, Role::Owner)),
            "owner of another tenant" => Some(("other@example.com", "tenant_other", Role::Owner)),
            "platform administrator" => Some(("staff@example.com", "tenant_own", Role::Owner)),
            "ended session" => Some(("ended@example.com", DEMO, Role::Owner)),
            _ => None,
        };
        let mut caller =
            Caller { name, person: world.anonymous(), email: None, spare: String::new() };
        if let Some((email, tenant, role)) = email {
            world.person(email, tenant, role).await;
            caller.email = Some(email);
            caller.sign_in(world).await;
        }
        match name {
            "platform administrator" => world.make_platform_admin("staff@example.com").await,
            "ended session" => {
                let path = "/api/portal/account/sign_out_everywhere";
                caller.person.post(path, Value::Null).await.ok();
                caller.email = None;
            }
            _ => {}
        }
        all.push(caller);
    }
    all
}

/// The id of this person's current session.
async fn session_of(person: &Person) -> String {
    let account = person.get("/api/portal/account").await.ok();
    let sessions = account["sessions"].as_array().expect("sessions").clone();
    let current = sessions.into_iter().find(|one| one["current"] == true).expect("this one");
    current["id"].as_str().expect("an id").to_owned()
}

impl Caller {
    /// Signs in again, also on another device, if the caller has an account.
    pub async fn sign_in(&mut self, world: &World) {
        if let Some(email) = self.email {
            self.spare = session_of(&world.sign_in(email, PASSWORD).await).await;
            self.person = world.sign_in(email, PASSWORD).await;
        }
    }

    /// A session other than the one they call in, to be ended once.
    pub fn spare_session(&mut self) -> String {
        Some(take(&mut self.spare)).filter(|id| !id.is_empty()).unwrap_or("session_none".to_owned())
    }

    pub async fn call(&self, method: &Method, path: &str, with: &With) -> Called {
        let path = match with {
            With::Query(query) => format!("{path}?{query}"),
            With::Nothing | With::Json(_) | With::Form(_) => path.to_owned(),
        };
        let request = self.person.request(method.clone(), &path).header("accept", "*/*");
        let request = match with {
            With::Json(body) => request.json(body),
            With::Form(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.person.form(&path, &fields).await
            }
            With::Nothing if method == Method::POST => request.json(&Value::Null),
            With::Nothing | With::Query(_) => request,
        };
        let answer = request.send().await.expect("an answer");
        let status = told(&answer).unwrap_or(answer.status().as_u16());
        // A stream does not end.
        let said = if status < 300 { String::new() } else { answer.text().await.expect("a body") };
        Called { status, said: said.chars().take(200).collect() }
    }
}

/// The status behind a redirect: 401 to the sign-in page, or that of the error which the next page will
/// show.
fn told(answer: &Response) -> Option<u16> {
    let to = answer.headers().get("location")?.to_str().ok()?;
    if to.starts_with("/login?next=") {
        return Some(401);
    }
    let mut cookies = answer.headers().get_all(SET_COOKIE).iter();
    let cookie = cookies.find_map(|cookie| cookie.to_str().ok()?.strip_prefix("portal_notice="))?;
    let notice = URL_SAFE_NO_PAD.decode(cookie.split(';').next()?).ok()?;
    let notice: Value = serde_json::from_slice(&notice).ok()?;
    notice["Failed"]["error"]["status"].as_u64()?.try_into().ok()
}
