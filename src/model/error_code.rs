//! What went wrong, as programs read it.

use crate::model::spelled;

spelled! {
    /// What went wrong: stable, whatever the message says.
    ErrorCode, "code" {
        /// Nobody is signed in, or the token opens nothing.
        Unauthenticated = "unauthenticated",
        WrongCredentials = "wrong_credentials",
        TooManyAttempts = "too_many_attempts",
        /// The role may not do this.
        Forbidden = "forbidden",
        NotPlatform = "not_platform",
        /// A browser was made to ask by another site's page.
        CrossSite = "cross_site",
        /// A form without the token of its page.
        FormExpired = "form_expired",
        NotFound = "not_found",
        /// Pages say these of their own address.
        NoSuchPage = "no_such_page",
        NoSuchTenant = "no_such_tenant",
        NoTenant = "no_tenant",
        AlreadySubscribed = "already_subscribed",
        NoSubscription = "no_subscription",
        QuoteRequired = "quote_required",
        QuoteStale = "quote_stale",
        /// Today's number of agents.
        Unchanged = "unchanged",
        CardDeclined = "card_declined",
        PaymentActionRequired = "payment_action_required",
        PaymentRequired = "payment_required",
        NoPaymentMethod = "no_payment_method",
        SubscriptionPaused = "subscription_paused",
        AgentsInUse = "agents_in_use",
        QuotaExceeded = "quota_exceeded",
        TooManyAgents = "too_many_agents",
        CheckoutInProgress = "checkout_in_progress",
        ChangeInProgress = "change_in_progress",
        LastOwner = "last_owner",
        WrongPassword = "wrong_password",
        WeakPassword = "weak_password",
        InvalidName = "invalid_name",
        InvalidSelection = "invalid_selection",
        /// It can be read, and not be used.
        Invalid = "invalid",
        /// It can't be read.
        Malformed = "malformed",
        TooLarge = "too_large",
        UnsupportedMediaType = "unsupported_media_type",
        MethodNotAllowed = "method_not_allowed",
        /// A webhook that Stripe did not sign, or that is none.
        BadSignature = "bad_signature",
        BadEvent = "bad_event",
        TooManyRequests = "too_many_requests",
        TooManyStreams = "too_many_streams",
        /// Refused before it was looked at, for another reason.
        Refused = "refused",
        StripeUnavailable = "stripe_unavailable",
        StripeRefused = "stripe_refused",
        DatabaseUnavailable = "database_unavailable",
        DatabaseFull = "database_full",
        /// There is more to do than can be done in time.
        Busy = "busy",
        /// Load balancers are told so by `/readyz`.
        NotReady = "not_ready",
        /// No answer came: browsers say so themselves.
        Offline = "offline",
        /// What is ours to mend.
        Internal = "internal",
        /// A code that this version doesn't know: a newer server has answered it.
        #[serde(other)]
        Unknown = "unknown",
    }
}
