//! The session that a request carries.

use crate::auth::{Auth, AuthError, Begun, Cookie};
use crate::store::OpenSession;
use dioxus::server::http::request::Parts;
use std::sync::{Arc, OnceLock};
use tokio::sync::OnceCell;

/// The request's session, looked up once however many server functions a page calls. A layer puts
/// an empty one into each request.
#[derive(Clone, Default)]
pub struct SignedIn(Arc<Known>);

#[derive(Default)]
struct Known {
    session: OnceCell<Option<OpenSession>>,
    renewed: OnceLock<Begun>,
}

impl SignedIn {
    /// The session whose cookie this request carries, if any.
    pub async fn session(
        &self,
        auth: &Auth,
        parts: &Parts,
    ) -> Result<Option<&OpenSession>, AuthError> {
        let look_up = async || match Cookie::SESSION.read(&parts.headers, auth.secure) {
            Some(token) => auth.session(token).await,
            None => Ok(None),
        };
        Ok(self.0.session.get_or_try_init(look_up).await?.as_ref())
    }

    /// The session that has replaced the request's: the response has to set its cookies.
    pub fn renewed(&self) -> Option<&Begun> {
        self.0.renewed.get()
    }

    /// Replaces the request's session with another.
    pub fn renew(&self, begun: Begun) {
        let _ = self.0.renewed.set(begun);
    }
}
