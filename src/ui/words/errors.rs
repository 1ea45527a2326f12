use super::Words;
use crate::api::ApiError;
use crate::model::{ErrorCode, Language};

super::catalogue! {
    /// What went wrong and what to do, by the error's code.
    Errors {
        title_offline: "The portal can't be reached", "Das Portal ist nicht erreichbar";
        title_signed_out: "You are signed out", "Sie sind abgemeldet";
        title_forbidden: "Not yours to see", "Kein Zugriff";
        title_not_found: "Not found", "Nicht gefunden";
        title_away: "Back in a moment", "Gleich wieder da";
        open_again: "Open the page again", "Seite neu öffnen";
        title_other: "Something went wrong", "Etwas ist schiefgelaufen";
        go_to_billing: "Go to Billing", "Zur Abrechnung";
        open_invoice: "Open the invoice ↗", "Rechnung öffnen ↗";
        no_such_page: "There is no page at this address.", "Unter dieser Adresse gibt es keine Seite.";
        no_such_tenant: "This company isn't yours or doesn't exist.", "Diese Firma gehört nicht zu Ihnen oder existiert nicht.";
        no_tenant: "You belong to no company yet. Open the link of your invitation, or ask whoever runs this portal to add you.", "Sie gehören noch zu keiner Firma. Öffnen Sie den Link Ihrer Einladung, oder bitten Sie die Betreiber dieses Portals, Sie aufzunehmen.";
        unauthenticated: "Your session has ended. Sign in again.", "Ihre Sitzung ist beendet. Melden Sie sich erneut an.";
        forbidden: "Your role is to look. Ask an owner or an admin to do this.", "Ihre Rolle erlaubt nur das Ansehen. Bitten Sie Inhaber oder Admins darum.";
        not_platform: "Only platform administrators see all companies.", "Nur Plattform-Administratoren sehen alle Firmen.";
        not_found: "This isn't there any more. Reload the page.", "Das gibt es nicht mehr. Laden Sie die Seite neu.";
        already_subscribed: "There is a subscription already. Reload the page to see it.", "Es gibt bereits ein Abo. Laden Sie die Seite neu, um es zu sehen.";
        no_subscription: "There is no subscription to change. Subscribe first.", "Es gibt kein Abo, das sich ändern ließe. Schließen Sie zuerst eines ab.";
        quote_required: "This change costs money. Look at the price first, then confirm it.", "Diese Änderung kostet Geld. Sehen Sie sich zuerst den Preis an und bestätigen Sie ihn dann.";
        quote_stale: "The price has changed or was shown too long ago. Nothing was charged. Look at the new price and confirm it.", "Der Preis hat sich geändert oder ist zu alt. Es wurde nichts berechnet. Prüfen Sie den neuen Preis und bestätigen Sie ihn.";
        unchanged: "The subscription is for this number already. Choose another one.", "Das Abo gilt bereits für diese Anzahl. Wählen Sie eine andere.";
        card_declined: "Your card was declined. Nothing was changed and nothing was charged. Update your card under Manage Billing or Update Payment, then try again.", "Ihre Karte wurde abgelehnt. Es wurde nichts geändert und nichts berechnet. Aktualisieren Sie Ihre Karte unter „Zahlungen verwalten“ oder „Zahlungsmittel ändern“ und versuchen Sie es erneut.";
        payment_action_required: "Your bank wants you to confirm this payment. Do that on the invoice's page: the change is made as soon as it is paid, and nothing is charged until then.", "Ihre Bank möchte, dass Sie diese Zahlung bestätigen. Das geht auf der Seite der Rechnung: Die Änderung gilt, sobald sie bezahlt ist; vorher wird nichts berechnet.";
        payment_required: "An invoice is unpaid. Pay it, then try again.", "Eine Rechnung ist unbezahlt. Bezahlen Sie sie und versuchen Sie es dann erneut.";
        no_payment_method: "There is no card to charge. Add one under Manage Billing or Update Payment, then try again.", "Es gibt keine Karte, die belastet werden könnte. Fügen Sie unter „Zahlungen verwalten“ oder „Zahlungsmittel ändern“ eine hinzu und versuchen Sie es dann erneut.";
        agents_in_use: "More agents are in use than there would be seats. Choose which ones to turn off.", "Es sind mehr Agenten im Einsatz, als es Plätze gäbe. Wählen Sie aus, welche abgeschaltet werden.";
        quota_exceeded: "There are not enough free seats. Add seats on Billing, or turn other agents off.", "Es sind nicht genug Plätze frei. Fügen Sie unter „Abrechnung“ Plätze hinzu oder schalten Sie andere Agenten ab.";
        too_many_agents: "There is no room for more agents. Rename one that is off, and turn it on.", "Es ist kein Platz für weitere Agenten. Benennen Sie einen abgeschalteten um und schalten Sie ihn ein.";
        checkout_in_progress: "Checkout is being opened elsewhere. Try again in a moment.", "Die Bestellung wird gerade an anderer Stelle geöffnet. Versuchen Sie es gleich noch einmal.";
        change_in_progress: "Another change is under way. Try again in a moment.", "Eine andere Änderung läuft gerade. Versuchen Sie es gleich noch einmal.";
        stripe_unavailable: "Stripe can't be reached right now. Try again in a moment: nothing is done or charged twice.", "Stripe ist gerade nicht erreichbar. Versuchen Sie es gleich noch einmal: Nichts wird doppelt ausgeführt oder berechnet.";
        stripe_refused: "Stripe refused this. It has been logged; if it happens again, tell whoever runs this portal.", "Stripe hat das abgelehnt. Der Fehler wurde protokolliert; wenn er wieder auftritt, wenden Sie sich an die Betreiber dieses Portals.";
        database_unavailable: "The portal is busy. Try again in a moment.", "Das Portal ist ausgelastet. Versuchen Sie es gleich noch einmal.";
        database_full: "The portal can't save anything at the moment, so nothing was changed. Tell whoever runs this portal, and try again later.", "Das Portal kann gerade nichts speichern, daher wurde nichts geändert. Wenden Sie sich an die Betreiber dieses Portals, und versuchen Sie es später noch einmal.";
        too_many_attempts: "Too many attempts. Wait a few minutes, then try again.", "Zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann erneut.";
        too_many_requests: "Too many requests. Wait a moment, then try again.", "Zu viele Anfragen. Warten Sie einen Moment und versuchen Sie es dann erneut.";
        form_expired: "This page was open for too long, or you signed in or out meanwhile. Nothing was changed: open it again and repeat what you did.", "Diese Seite war zu lange offen, oder Sie haben sich inzwischen an- oder abgemeldet. Es wurde nichts geändert: Öffnen Sie sie neu, und wiederholen Sie den Schritt.";
        cross_site: "This came from another site. Try again in the portal.", "Das kam von einer anderen Website. Versuchen Sie es im Portal noch einmal.";
        wrong_password: "The current password is not right.", "Das aktuelle Passwort stimmt nicht.";
        weak_password: "Choose a new password of at least 12 characters, other than your email and your current password.", "Wählen Sie ein neues Passwort mit mindestens 12 Zeichen, das weder Ihre E-Mail-Adresse noch Ihr aktuelles Passwort ist.";
        invalid_name: "Enter a name of 1 to 80 characters, none of them invisible.", "Geben Sie einen Namen mit 1 bis 80 Zeichen ein, keines davon unsichtbar.";
        invalid_selection: "Select agents first, 500 at most.", "Wählen Sie zuerst Agenten aus, höchstens 500.";
        invalid: "This can't be used. Check what you entered.", "Das ist so nicht verwendbar. Prüfen Sie Ihre Eingabe.";
        offline: "The portal could not be reached. Check your connection and try again.", "Das Portal war nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.";
        internal: "Something went wrong on our side. It has been logged; try again in a moment.", "Bei uns ist etwas schiefgelaufen. Es wurde protokolliert; versuchen Sie es gleich noch einmal.";
    }
}

impl Words {
    /// What went wrong and what to do next, by the error's code.
    pub fn error(&self, error: &ApiError) -> String {
        let errors = &self.errors;
        let text = match error.code {
            ErrorCode::Unauthenticated => errors.unauthenticated,
            ErrorCode::Forbidden => errors.forbidden,
            ErrorCode::NotPlatform => errors.not_platform,
            ErrorCode::NotFound => errors.not_found,
            ErrorCode::AlreadySubscribed => errors.already_subscribed,
            ErrorCode::NoSubscription => errors.no_subscription,
            ErrorCode::QuoteRequired => errors.quote_required,
            ErrorCode::QuoteStale => errors.quote_stale,
            ErrorCode::Unchanged => errors.unchanged,
            ErrorCode::CardDeclined => errors.card_declined,
            ErrorCode::PaymentActionRequired => errors.payment_action_required,
            ErrorCode::PaymentRequired => errors.payment_required,
            ErrorCode::NoPaymentMethod => errors.no_payment_method,
            ErrorCode::SubscriptionPaused => self.billing.paused_text,
            ErrorCode::AgentsInUse => errors.agents_in_use,
            ErrorCode::QuotaExceeded => errors.quota_exceeded,
            ErrorCode::TooManyAgents => errors.too_many_agents,
            ErrorCode::CheckoutInProgress => errors.checkout_in_progress,
            ErrorCode::ChangeInProgress => errors.change_in_progress,
            ErrorCode::StripeUnavailable => errors.stripe_unavailable,
            ErrorCode::StripeRefused => errors.stripe_refused,
            ErrorCode::Busy
            | ErrorCode::DatabaseUnavailable
            | ErrorCode::NotReady
            | ErrorCode::TooManyStreams => errors.database_unavailable,
            ErrorCode::DatabaseFull => errors.database_full,
            ErrorCode::TooManyAttempts => errors.too_many_attempts,
            ErrorCode::TooManyRequests => errors.too_many_requests,
            ErrorCode::FormExpired => errors.form_expired,
            ErrorCode::CrossSite => errors.cross_site,
            ErrorCode::WrongPassword => errors.wrong_password,
            ErrorCode::WeakPassword => errors.weak_password,
            ErrorCode::InvalidName => errors.invalid_name,
            ErrorCode::InvalidSelection => errors.invalid_selection,
            ErrorCode::NoSuchPage => errors.no_such_page,
            ErrorCode::NoSuchTenant => errors.no_such_tenant,
            ErrorCode::NoTenant => errors.no_tenant,
            ErrorCode::Offline => errors.offline,
            ErrorCode::WrongCredentials => self.frame.wrong_credentials,
            ErrorCode::Invalid
            | ErrorCode::Malformed
            | ErrorCode::TooLarge
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::MethodNotAllowed
            | ErrorCode::BadSignature
            | ErrorCode::BadEvent
            | ErrorCode::LastOwner
            | ErrorCode::Refused => self.as_said(error, errors.invalid),
            ErrorCode::Internal | ErrorCode::Unknown => self.as_said(error, errors.internal),
        };
        text.to_owned()
    }

    /// The server's own words, for readers of its language.
    fn as_said<'a>(&self, error: &'a ApiError, otherwise: &'a str) -> &'a str {
        match self.language {
            Language::En if !error.message.is_empty() => &error.message,
            Language::En | Language::De => otherwise,
        }
    }

    /// The heading of the page that replaces one that can't be loaded.
    pub fn error_title(&self, error: &ApiError) -> &'static str {
        match error.status {
            0 => self.errors.title_offline,
            401 => self.errors.title_signed_out,
            403 if error.code == ErrorCode::FormExpired || error.code == ErrorCode::CrossSite => {
                self.errors.open_again
            }
            403 => self.errors.title_forbidden,
            404 => self.errors.title_not_found,
            429 | 502 | 503 => self.errors.title_away,
            _ => self.errors.title_other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AgentIds, Name, PASSWORD_LENGTH};

    #[test]
    fn no_error_that_a_page_is_answered_is_called_our_fault_and_logged_when_it_is_not() {
        for language in Language::ALL {
            let words = Words::of(language);
            let ours = [ErrorCode::Internal, ErrorCode::Unknown];
            for code in ErrorCode::ALL.into_iter().filter(|code| !ours.contains(code)) {
                let error = ApiError { status: 400, code, message: String::new(), url: None };
                assert_ne!(words.error(&error), words.errors.internal, "{error:?}");
            }
        }
    }

    #[test]
    fn the_limits_that_are_named_are_those_that_hold() {
        for language in Language::ALL {
            let errors = &Words::of(language).errors;
            for (text, limit) in [
                (errors.invalid_name, Name::LONGEST),
                (errors.invalid_selection, AgentIds::MOST),
                (errors.weak_password, *PASSWORD_LENGTH.start()),
            ] {
                assert!(text.contains(&limit.to_string()), "{text}");
            }
        }
    }
}
