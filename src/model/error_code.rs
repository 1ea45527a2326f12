//! Machine-readable error codes.

use crate::model::spelled;

spelled! {
    /// What went wrong. Stable, even if the message changes.
    ErrorCode, "code", else Unknown {
        /// Nobody is signed in, or the token is not valid.
        Unauthenticated = "unauthenticated",
        WrongCredentials = "wrong_credentials",
        TooManyAttempts = "too_many_attempts",
        /// The role does not allow this.
        Forbidden = "forbidden",
        NotPlatform = "not_platform",
        /// Another site's page made the browser send this.
        CrossSite = "cross_site",
        /// The form lacks its page's token.
        FormExpired = "form_expired",
        NotFound = "not_found",
        /// Used by pages about their own address, like `no_such_tenant` and `no_tenant`.
        NoSuchPage = "no_such_page",
        NoSuchTenant = "no_such_tenant",
        NoTenant = "no_tenant",
        AlreadySubscribed = "already_subscribed",
        NoSubscription = "no_subscription",
        QuoteRequired = "quote_required",
        QuoteStale = "quote_stale",
        /// The number of agents is unchanged.
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
        /// Readable, but not valid.
        Invalid = "invalid",
        /// Not readable.
        Malformed = "malformed",
        TooLarge = "too_large",
        UnsupportedMediaType = "unsupported_media_type",
        MethodNotAllowed = "method_not_allowed",
        /// A webhook without a valid signature; `bad_event` is for one that is not a Stripe event.
        BadSignature = "bad_signature",
        BadEvent = "bad_event",
        TooManyRequests = "too_many_requests",
        TooManyStreams = "too_many_streams",
        /// Rejected before it was processed, for another reason.
        Refused = "refused",
        StripeUnavailable = "stripe_unavailable",
        StripeRefused = "stripe_refused",
        DatabaseUnavailable = "database_unavailable",
        DatabaseFull = "database_full",
        /// The portal is overloaded.
        Busy = "busy",
        /// What `/readyz` tells load balancers.
        NotReady = "not_ready",
        /// No response arrived; set by the browser.
        Offline = "offline",
        /// An error on our side.
        Internal = "internal",
        /// A code that this version doesn't know, sent by a newer server.
        Unknown = "unknown",
    }
}
