//! A change that the operator asks for. One at a time per control: while one is under way, asking
//! again does nothing, so a double click never sends two requests.

use crate::api::{ApiError, ApiResult};
use crate::ui::Route;
use crate::ui::components::ErrorNote;
use dioxus::prelude::*;
use std::future::Future;

/// The state of one control's change, to be shown beside it.
#[derive(Clone, Copy, PartialEq)]
pub struct Mutation {
    state: Signal<State>,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Idle,
    Working,
    /// The answer was an address outside; the browser is on its way there.
    Leaving,
    Failed(ApiError),
}

/// One control's changes, none under way yet.
pub fn use_mutation() -> Mutation {
    Mutation { state: use_signal(|| State::Idle) }
}

impl Mutation {
    /// Whether a change is under way.
    pub fn busy(self) -> bool {
        matches!(&*self.state.read(), State::Working | State::Leaving)
    }

    /// What to say about the last change, if it failed.
    pub fn error(self) -> Option<ApiError> {
        match &*self.state.read() {
            State::Failed(error) => Some(error.clone()),
            State::Idle | State::Working | State::Leaving => None,
        }
    }

    /// Forgets the last failure.
    pub fn clear(mut self) {
        if !self.busy() {
            self.state.set(State::Idle);
        }
    }

    /// Sends the request, and hands its answer over.
    pub fn run<T: 'static>(
        self,
        request: impl Future<Output = ApiResult<T>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.start(request, move |mut mutation, answer| {
            mutation.state.set(State::Idle);
            done(answer);
        });
    }

    /// Sends the request, and takes the browser to the address it answers. The control stays busy
    /// until the page is gone.
    pub fn leave(self, request: impl Future<Output = ApiResult<String>> + 'static) {
        self.start(request, move |mut mutation, address| {
            mutation.state.set(State::Leaving);
            navigator().push(NavigationTarget::<Route>::External(address));
        });
    }

    fn start<T: 'static>(
        mut self,
        request: impl Future<Output = ApiResult<T>> + 'static,
        done: impl FnOnce(Self, T) + 'static,
    ) {
        if self.busy() {
            return;
        }
        self.state.set(State::Working);
        spawn(async move {
            match request.await {
                Ok(answer) => done(self, answer),
                Err(error) => {
                    if error.status == 401 {
                        let here = dioxus::router::router().full_route_string();
                        let login = Route::login(here).to_string();
                        navigator().push(NavigationTarget::<Route>::External(login));
                    }
                    self.state.set(State::Failed(error));
                }
            }
        });
    }
}

/// Why the last change failed, beside its control.
#[component]
pub fn MutationError(mutation: Mutation) -> Element {
    let mut state = mutation.state;
    let leaving = *state.read() == State::Leaving;
    rsx! {
        if let Some(error) = mutation.error() {
            ErrorNote { message: error.message }
            if let Some(address) = error.url {
                a { class: "button", "data-kind": "secondary", href: "{address}", target: "_blank", rel: "noopener",
                    "Open the invoice ↗"
                }
            }
        }
        // Coming back with the browser's Back button can revive this very page, busy as it was
        // left: the end of this invisible animation frees the control again.
        if leaving {
            span { class: "lapse", onanimationend: move |_| state.set(State::Idle) }
        }
    }
}
