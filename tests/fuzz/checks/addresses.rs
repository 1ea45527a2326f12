//! What is parsed from an address (an id, a route, where to go next) is written back unchanged, and
//! leads nowhere else.

use portal::model::{AgentId, Language, Name, OperatorId, SessionId, TenantId};
use portal::server::is_local;
use portal::ui::Route;
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Display;
use std::str::FromStr;

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    id::<TenantId>(text);
    id::<OperatorId>(text);
    id::<SessionId>(text);
    id::<AgentId>(text);
    if let Ok(name) = Name::try_from(text.to_owned()) {
        assert_eq!(Name::try_from(name.as_str().to_owned()), Ok(name));
    }
    if let Some(language) = Language::from_tag(text) {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }

    let Ok(route) = text.parse::<Route>();
    let address = route.to_string();
    assert_eq!(address.parse(), Ok(route.clone()));
    if !matches!(route, Route::NotFound { .. }) {
        assert!(is_local(&address), "{address}");
        assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{address}");
    }

    if is_local(text) {
        let here = Url::parse("https://portal.example/billing?a=b").expect("a URL");
        let there = here.join(text).expect("an address of this portal");
        assert_eq!(there.origin(), here.origin(), "{text}");
    }
}

/// A parsed id prints as itself, in an address and in JSON alike.
fn id<T: FromStr + Display + Into<String> + DeserializeOwned>(text: &str) {
    let from_json = serde_json::from_value::<T>(Value::from(text));
    match text.parse::<T>() {
        Ok(id) => {
            assert_eq!(id.to_string(), text);
            assert!(from_json.is_ok_and(|id| id.into() == text));
            assert!(Url::parse(&format!("https://portal.example/{text}/on")).is_ok_and(|url| {
                url.path_segments().is_some_and(|segments| segments.eq([text, "on"]))
            }));
        }
        Err(_) => assert!(from_json.is_err()),
    }
}
