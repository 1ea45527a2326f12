//! What the server knows about a visit before it renders: the language, the appearance, and what the
//! form just submitted did. It travels with the page, so that the browser's first render matches the
//! server's.

use crate::api::ApiError;
use crate::model::{AgentId, CancelAt, Language, spelled};
use crate::ui::Route;
use crate::ui::page_data::{PageData, take};
use dioxus::fullstack::FullstackContext;
use dioxus::prelude::*;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// How a page is to be rendered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Visit {
    pub language: Language,
    pub theme: Theme,
    pub notice: Option<Notice>,
    /// Whether single sign-on is available.
    pub single_sign_on: bool,
    /// The sandbox's control page, if the portal runs against its own Stripe sandbox.
    pub sandbox_url: Option<String>,
    /// What every form sends as [`FORM_TOKEN`], to show the server that it is one of its own.
    pub form_token: String,
}

/// The name of the field that carries [`Visit::form_token`].
pub const FORM_TOKEN: &str = "form_token";

spelled! {
    /// Light, dark, or the system's: in the form, in the cookie and in `<html data-theme>`.
    #[derive(Default)]
    Theme, "theme" {
        #[default]
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}

impl Theme {
    /// The cookie that stores the choice, for `document.cookie` and `Set-Cookie`. Scripts may read it:
    /// it is no secret.
    pub fn cookie(self) -> String {
        format!("{THEME_COOKIE}={}; {KEPT}", self.as_str())
    }
}

/// The name of the cookie that stores the appearance.
pub const THEME_COOKIE: &str = "portal_theme";

/// For a year, for every page, and from other sites only on links.
pub const KEPT: &str = "Path=/; Max-Age=31536000; SameSite=Lax";

/// What a submitted form did, shown once by the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    Done(Done),
    /// Shown beside the control that failed, which keeps what was typed.
    Failed {
        control: Control,
        error: ApiError,
        typed: Option<String>,
    },
}

/// A control that changes something, as far as its page must distinguish it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    Subscribe,
    Portal,
    Seats,
    /// The change of seats that waits for the bank.
    Withdraw,
    Cancel,
    Resume,
    Refresh,
    CreateAgent,
    /// One agent's row.
    Agent(AgentId),
    /// All selected agents.
    Agents,
    Password,
    Sessions,
}

/// What has just been done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// A Checkout is complete.
    Confirmed,
    /// The subscription is now for this many agents.
    SeatsChanged(u32),
    /// A change was given up; the subscription is for this many agents, as before.
    Withdrawn(u32),
    CancellationScheduled,
    Ended,
    Resumed,
    /// Nothing is owed any more.
    ActiveAgain,
    Refreshed,
    AgentCreated(String),
    AgentRenamed(String),
    AgentsOn(u32),
    AgentsOff(u32),
    PasswordChanged,
    SessionEnded,
}

impl Done {
    /// The outcome of withdrawing a change to `wanted` agents, where there are `now` after it: it may
    /// have been paid for meanwhile.
    pub fn of_withdrawal(wanted: u32, now: u32) -> Self {
        if now == wanted { Self::SeatsChanged(now) } else { Self::Withdrawn(now) }
    }
}

impl From<CancelAt> for Done {
    fn from(at: CancelAt) -> Self {
        match at {
            CancelAt::PeriodEnd => Self::CancellationScheduled,
            CancelAt::Now => Self::Ended,
        }
    }
}

/// The chosen appearance, for the whole page.
#[derive(Clone, Copy)]
struct Appearance(Signal<Theme>);

/// The notice, until another page is opened.
#[derive(Clone, Copy)]
struct Told(CopyValue<Option<Notice>>);

/// Provides the visit to everything below.
pub fn use_visit_provider() -> Rc<Visit> {
    let visit = use_hook(|| Rc::new(take("visit").unwrap_or_else(on_the_server)));
    let theme = use_signal(|| visit.theme);
    use_context_provider(|| Appearance(theme));
    use_context_provider(|| Told(CopyValue::new(visit.notice.clone())));
    use_context_provider(|| visit)
}

fn on_the_server() -> Visit {
    let context = FullstackContext::current();
    let visit = context.and_then(|context| context.extension::<Visit>()).unwrap_or_default();
    PageData::here().add("visit", &visit);
    visit
}

/// The visit that this page is rendered for.
pub fn use_visit() -> Rc<Visit> {
    use_context()
}

/// The result of the form that led to this page, if one did.
pub fn use_notice() -> Option<Notice> {
    let Told(notice) = use_context();
    notice.cloned()
}

/// Drops the notice when another page is opened.
pub fn use_notice_for(here: &Route) {
    let Told(mut notice) = use_context();
    let first = use_hook(|| here.clone());
    if *here != first {
        notice.set(None);
    }
}

/// This page's appearance, for all controls that choose it.
pub fn use_theme() -> Signal<Theme> {
    let Appearance(theme) = use_context();
    theme
}
