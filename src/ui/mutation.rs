//! A change that the operator requests. One at a time per control: while one is in flight, further
//! requests are ignored, so a double click never sends two.

use crate::api::{ApiError, ApiResult};
use crate::ui::Route;
use crate::ui::components::Failure;
use crate::ui::visit::{Control, Notice, use_notice};
use crate::ui::words::use_words;
use dioxus::core::{Runtime, ScopeId, current_scope_id};
use dioxus::prelude::*;
use std::future::Future;
use std::pin::Pin;

/// The state of one control's change, to be shown beside it.
#[derive(Clone, Copy, PartialEq)]
pub struct Mutation {
    state: Signal<State>,
    /// The component that has the control. What is in flight ends with it, and not with the button that
    /// was pressed: that may be gone before the response, because the feed reports the change as well.
    owner: ScopeId,
    in_flight: InFlight,
}

/// How many changes are in flight on the page.
#[derive(Clone, Copy, PartialEq)]
pub struct InFlight(Signal<u32>);

/// Provides the count to everything below.
pub fn use_in_flight_provider() -> InFlight {
    let count = use_signal(|| 0);
    use_context_provider(|| InFlight(count))
}

/// Says that the page is working while a change is in flight. The live region is always there: one
/// inserted with its text is not read out, nor is one inside a button.
#[component]
pub fn WorkingNote(in_flight: InFlight) -> Element {
    let words = use_words();
    rsx! {
        div { class: "unseen", role: "status",
            if *in_flight.0.read() > 0 {
                {words.frame.working}
            }
        }
    }
}

/// Counts a change for as long as it is there.
struct Counted(InFlight);

impl Counted {
    fn new(mut in_flight: InFlight) -> Self {
        in_flight.0 += 1;
        Self(in_flight)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Ok(mut count) = self.0.0.try_write() {
            *count = count.saturating_sub(1);
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Working,
    /// The response was an external address; the browser is on its way there.
    Leaving,
    Failed(ApiError),
}

/// Creates the state of a control's changes: idle, or failed if the form that led to this page says so.
pub fn use_mutation(control: Control) -> Mutation {
    let notice = use_notice();
    let state = use_signal(|| match notice {
        Some(Notice::Failed { control: failed, error, .. }) if failed == control => {
            State::Failed(error)
        }
        Some(Notice::Failed { .. } | Notice::Done(_)) | None => State::Idle,
    });
    Mutation { state, owner: use_hook(current_scope_id), in_flight: use_context() }
}

/// What was typed into this control before its form failed.
pub fn use_typed(control: &Control) -> Option<String> {
    match use_notice() {
        Some(Notice::Failed { control: failed, typed, .. }) if failed == *control => typed,
        Some(Notice::Failed { .. } | Notice::Done(_)) | None => None,
    }
}

impl Mutation {
    /// The same, whose requests go on for as long as the component `owner` is there, even if the control
    /// is not: what was shown in advance must be reverted where it fails.
    pub fn owned_by(self, owner: ScopeId) -> Self {
        Self { owner, ..self }
    }

    /// Whether a change is in flight.
    pub fn busy(self) -> bool {
        matches!(&*self.state.read(), State::Working | State::Leaving)
    }

    /// The same, without running the caller again when that changes.
    pub fn is_in_flight(self) -> bool {
        matches!(&*self.state.peek(), State::Working | State::Leaving)
    }

    /// The last change's error, if it failed.
    pub fn error(self) -> Option<ApiError> {
        match &*self.state.read() {
            State::Failed(error) => Some(error.clone()),
            State::Idle | State::Working | State::Leaving => None,
        }
    }

    /// The last change's error, for a place beside its control. No component of its own: every control
    /// has one, and hardly any has an error.
    pub fn note(self) -> Element {
        let leaving = *self.state.read() == State::Leaving;
        rsx! {
            if let Some(error) = self.error() {
                Failure { error }
            }
            // The browser's Back button can revive this very page, still busy: the end of this invisible
            // animation frees the control again.
            if leaving {
                span { class: "lapse", onanimationend: move |_| self.set(State::Idle) }
            }
        }
    }

    /// Forgets the last failure.
    pub fn clear(self) {
        if !self.busy() {
            self.set(State::Idle);
        }
    }

    /// Fails without sending a request.
    pub fn fail(self, error: ApiError) {
        if !self.busy() {
            self.set(State::Failed(error));
        }
    }

    /// Sends the request, and passes on its response.
    pub fn run<T: 'static>(
        self,
        request: impl Future<Output = ApiResult<T>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.run_or(request, done, || {});
    }

    /// The same; `undo` reverts what was shown in advance if the request fails.
    pub fn run_or<T: 'static>(
        self,
        request: impl Future<Output = ApiResult<T>> + 'static,
        done: impl FnOnce(T) + 'static,
        undo: impl FnOnce() + 'static,
    ) {
        let request = async move {
            let answer = request.await.inspect_err(|_| undo())?;
            self.set(State::Idle);
            done(answer);
            Ok(())
        };
        self.start(Box::pin(request));
    }

    /// Sends the request, and opens the address that it returns. The control stays busy until the page
    /// is gone.
    pub fn leave(self, request: impl Future<Output = ApiResult<String>> + 'static) {
        let request = async move {
            let address = request.await?;
            self.set(State::Leaving);
            leave_for(address);
            Ok(())
        };
        self.start(Box::pin(request));
    }

    /// Does nothing once the control is gone.
    fn set(mut self, state: State) {
        if let Ok(mut now) = self.state.try_write() {
            *now = state;
        }
    }

    /// Boxed, so that the download has this once and not once per control.
    fn start(self, request: Pin<Box<dyn Future<Output = ApiResult<()>>>>) {
        if self.busy() {
            return;
        }
        self.set(State::Working);
        let counted = Counted::new(self.in_flight);
        let answered = async move {
            let _counted = counted;
            if let Err(error) = request.await {
                sign_in_again(&error);
                self.set(State::Failed(error));
            }
        };
        // Only what is spawned inside a component ends with it.
        Runtime::current().in_scope(self.owner, || spawn(answered));
    }
}

/// Leads to sign-in, and back here from it, if the error is that the session is over.
pub fn sign_in_again(error: &ApiError) {
    if error.status == 401 {
        leave_for(Route::login(here()).to_string());
    }
}

/// Loads the page again from the server.
pub fn reload() {
    leave_for(here());
}

fn here() -> String {
    dioxus::router::router().full_route_string()
}

fn leave_for(address: String) {
    navigator().push(NavigationTarget::<Route>::External(address));
}
