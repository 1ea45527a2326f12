//! A client of the portal, and the answers it gets.

use super::{DEMO, location};
use portal::ui::visit::FORM_TOKEN;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// The client address in `X-Forwarded-For`, for a portal that trusts this machine as its proxy.
const ADDRESS: &str = "203.0.113.7";

/// A browser or a program, with or without a session.
pub struct Person {
    pub http: Client,
    pub base: String,
    pub cookie: Option<String>,
}

/// Where a form or an address redirected a browser without scripts, and what it saw there.
pub struct Landing {
    /// The address it was redirected to.
    pub to: String,
    /// The page there; empty if that is another server.
    pub html: String,
}

/// The portal's response.
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    pub async fn from(response: Response) -> Self {
        let status = response.status();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, body }
    }

    /// The body of a 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// Asserts the status and the code of an error, and that it has a message.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.body["error"]["code"], code, "{}", self.body);
        let message = self.body["error"]["message"].as_str().unwrap_or_default();
        assert!(message.len() > 5, "no message: {}", self.body);
    }
}

impl Landing {
    /// Asserts that the page contains this text.
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.html.contains(text), "'{text}' is not on {}: {}", self.to, self.html);
        self
    }
}

impl Person {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = request.header("x-forwarded-for", ADDRESS);
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::from(self.request(Method::GET, path).send().await.expect("an answer")).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).json(&body);
        Answer::from(request.send().await.expect("an answer")).await
    }

    pub async fn is_signed_in(&self) -> bool {
        self.get("/api/portal/viewer").await.status == StatusCode::OK
    }

    /// A page, as a browser without scripts sees it.
    pub async fn html(&self, path: &str) -> String {
        let request = self.request(Method::GET, path).header("accept", "text/html");
        request.send().await.expect("an answer").text().await.expect("a page")
    }

    /// Sends a form as a browser without scripts does, and follows its redirect.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Landing {
        self.land(path, self.form(path, fields).await).await
    }

    /// A form as on a page: with the page's token, and the cookies that go with it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let page = if self.is_signed_in().await { "/account" } else { "/login" };
        let (token, cookies) = self.form_token(page).await;
        let token = [(FORM_TOKEN, token.as_str())];
        let fields: Vec<_> = fields.iter().chain(&token).collect();
        let request = self.http.request(Method::POST, format!("{}{path}", self.base));
        request.header(COOKIE, cookies).form(&fields)
    }

    /// The token of this page's forms, and the browser's cookies after opening it.
    pub async fn form_token(&self, page: &str) -> (String, String) {
        let answer = self.request(Method::GET, page).send().await.expect("an answer");
        let cookies = self.cookies_after(&answer);
        let html = answer.text().await.expect("a page");
        (hidden(&html, FORM_TOKEN), cookies)
    }

    fn cookies_after(&self, answer: &Response) -> String {
        let set = answer.headers().get_all(SET_COOKIE).iter();
        let set = set.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        // Of two cookies with the same name the portal reads the first, which is the new one.
        let cookies: Vec<&str> = set.chain(self.cookie.as_deref()).collect();
        cookies.join("; ")
    }

    /// Opens an address that redirects, as a browser without scripts does.
    pub async fn follow(&self, path: &str) -> Landing {
        self.land(path, self.request(Method::GET, path)).await
    }

    async fn land(&self, path: &str, request: RequestBuilder) -> Landing {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}: {:?}", answer.text().await);
        let to = location(&answer);
        let html = if to.starts_with('/') {
            let page = self.http.get(format!("{}{to}", self.base));
            let page =
                page.header(COOKIE, self.cookies_after(&answer)).header("accept", "text/html");
            page.send().await.expect("an answer").text().await.expect("a page")
        } else {
            String::new()
        };
        Landing { to, html }
    }

    pub async fn tenant(&self) -> Value {
        self.get(&format!("/api/portal/tenant?tenant_id={DEMO}")).await.ok()
    }

    /// The tenant, as soon as it is as expected. The portal promises two seconds.
    pub async fn tenant_when(&self, what: &str, expected: impl Fn(&Value) -> bool) -> Value {
        let mut tenant = Value::Null;
        for _ in 0..40 {
            tenant = self.tenant().await;
            if expected(&tenant) {
                return tenant;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("after two seconds it is still not so that {what}: {tenant:#}");
    }

    /// Waits until no earlier webhook is being processed.
    pub async fn settled(&self) {
        let mut last = Value::Null;
        loop {
            let now = self.tenant().await["synced_at"].clone();
            if now == last {
                return;
            }
            last = now;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    pub async fn hire(&self, name: &str) -> Answer {
        self.post("/api/portal/agents", json!({"tenant_id": DEMO, "name": name})).await
    }

    /// The ids of the agents with these names.
    pub async fn ids(&self, names: &[&str]) -> Value {
        let list = self.get(&format!("/api/portal/agents?tenant_id={DEMO}")).await.ok();
        let agents = list["agents"].as_array().expect("agents").iter();
        agents
            .filter(|agent| names.iter().any(|name| agent["name"] == *name))
            .map(|agent| agent["id"].clone())
            .collect()
    }

    /// The agents' names with their state: "Ada on", "Bob off by billing".
    pub async fn agents(&self) -> Vec<String> {
        let list = self.get(&format!("/api/portal/agents?tenant_id={DEMO}")).await.ok();
        let agents = list["agents"].as_array().expect("agents").clone();
        agents
            .iter()
            .map(|agent| {
                let name = agent["name"].as_str().expect("a name");
                match agent["deactivated_by"].as_str() {
                    None => format!("{name} on"),
                    Some(by) => format!("{name} off by {by}"),
                }
            })
            .collect()
    }
}

/// The value of a page's hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    let tag = &page[page[..at].rfind('<').expect("a tag")..];
    let tag = &tag[..tag.find('>').expect("its end")];
    let (_, value) = tag.split_once("value=\"").expect("a value");
    value.split('"').next().expect("its end").to_owned()
}
