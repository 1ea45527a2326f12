use super::Words;
use crate::api::ApiError;
use crate::model::Language;

super::catalogue! {
    /// What went wrong and what to do, by the error's code.
    Errors {
        title_offline: "The portal can't be reached", "Das Portal ist nicht erreichbar";
        title_signed_out: "You are signed out", "Sie sind abgemeldet";
        title_forbidden: "Not yours to see", "Kein Zugriff";
        title_not_found: "Not found", "Nicht gefunden";
        title_away: "Back in a moment", "Gleich wieder da";
        title_other: "Something went wrong", "Etwas ist schiefgelaufen";
        go_to_billing: "Go to Billing", "Zur Abrechnung";
        open_invoice: "Open the invoice ↗", "Rechnung öffnen ↗";
        no_such_page: "There is no page at this address.", "Unter dieser Adresse gibt es keine Seite.";
        no_such_tenant: "This company isn't yours or doesn't exist.", "Diese Firma gehört nicht zu Ihnen oder existiert nicht.";
        no_tenant: "You belong to no company yet. Open the link of your invitation, or ask whoever runs this portal to add you.", "Sie gehören noch zu keiner Firma. Öffnen Sie den Link Ihrer Einladung, oder bitten Sie die Betreiber dieses Portals, Sie aufzunehmen.";
        unauthenticated: "Your session has ended. Sign in again.", "Ihre Sitzung ist beendet. Melden Sie sich erneut an.";
        forbidden: "Your role is to look. Ask an owner or an admin to do this.", "Ihre Rolle erlaubt nur das Ansehen. Bitten Sie Inhaber oder Admins darum.";
        not_platform: "Only platform administrators see all companies.", "Alle Firmen sehen nur Plattform-Administratoren.";
        not_found: "This isn't there any more. Reload the page.", "Das gibt es nicht mehr. Laden Sie die Seite neu.";
        already_subscribed: "There is a subscription already. Reload the page to see it.", "Es gibt bereits ein Abo. Laden Sie die Seite neu, um es zu sehen.";
        no_subscription: "There is no subscription to change. Subscribe first.", "Es gibt kein Abo, das sich ändern ließe. Schließen Sie zuerst eines ab.";
        quote_required: "This change costs money. Look at the price first, then confirm it.", "Diese Änderung kostet Geld. Sehen Sie sich zuerst den Preis an und bestätigen Sie ihn dann.";
        quote_stale: "The price has changed or was shown too long ago. Nothing was charged. Look at the new price and confirm it.", "Der Preis hat sich geändert oder ist zu alt. Es wurde nichts berechnet. Prüfen Sie den neuen Preis und bestätigen Sie ihn.";
        unchanged: "The subscription is for this number already. Choose another one.", "Das Abo gilt bereits für diese Anzahl. Wählen Sie eine andere.";
        card_declined: "Your card was declined. Nothing was changed and nothing was charged. Update your card under Manage Billing or Update Payment, then try again.", "Ihre Karte wurde abgelehnt. Es wurde nichts geändert und nichts berechnet. Aktualisieren Sie Ihre Karte unter „Zahlung verwalten“ oder „Zahlung aktualisieren“ und versuchen Sie es erneut.";
        payment_action_required: "Your bank wants you to confirm this payment. Do that on the invoice's page: the change is made as soon as it is paid, and nothing is charged until then.", "Ihre Bank möchte, dass Sie diese Zahlung bestätigen. Das geht auf der Seite der Rechnung: Die Änderung gilt, sobald sie bezahlt ist; vorher wird nichts berechnet.";
        payment_required: "An invoice is unpaid. Pay it, then try again.", "Eine Rechnung ist unbezahlt. Bezahlen Sie sie und versuchen Sie es dann erneut.";
        no_payment_method: "There is no card to charge. Add one under Update Payment, then resume.", "Es gibt keine Karte, die belastet werden könnte. Fügen Sie unter „Zahlung aktualisieren“ eine hinzu und setzen Sie das Abo dann fort.";
        agents_in_use: "More agents are in use than there would be seats. Choose which ones to turn off.", "Es sind mehr Agenten im Einsatz, als es Plätze gäbe. Wählen Sie aus, welche abgeschaltet werden.";
        quota_exceeded: "Every seat is taken. Add a seat on Billing, or turn another agent off.", "Alle Plätze sind belegt. Fügen Sie unter „Abrechnung“ einen Platz hinzu oder schalten Sie einen anderen Agenten ab.";
        too_many_agents: "There is no room for more agents. Rename one that is off, and turn it on.", "Es ist kein Platz für weitere Agenten. Benennen Sie einen abgeschalteten um und schalten Sie ihn ein.";
        checkout_in_progress: "Checkout is being opened elsewhere. Try again in a moment.", "Die Bestellung wird gerade an anderer Stelle geöffnet. Versuchen Sie es gleich noch einmal.";
        change_in_progress: "Another change is under way. Try again in a moment.", "Eine andere Änderung läuft gerade. Versuchen Sie es gleich noch einmal.";
        stripe_unavailable: "Stripe can't be reached right now. Nothing was changed that you can't repeat: try again in a moment.", "Stripe ist gerade nicht erreichbar. Es wurde nichts geändert, was Sie nicht wiederholen können: Versuchen Sie es gleich noch einmal.";
        stripe_refused: "Stripe refused this. It has been logged; if it happens again, tell support.", "Stripe hat das abgelehnt. Es wurde protokolliert; wenn es wieder passiert, melden Sie sich beim Support.";
        database_unavailable: "The portal is busy. Try again in a moment.", "Das Portal ist ausgelastet. Versuchen Sie es gleich noch einmal.";
        database_full: "The portal can't save anything at the moment, so nothing was changed. Tell support, and try again later.", "Das Portal kann gerade nichts speichern, daher wurde nichts geändert. Melden Sie sich beim Support und versuchen Sie es später noch einmal.";
        too_many_attempts: "Too many attempts. Wait a few minutes, then try again.", "Zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann erneut.";
        too_many_requests: "Too many requests. Wait a moment, then try again.", "Zu viele Anfragen. Warten Sie einen Moment und versuchen Sie es dann erneut.";
        cross_site: "This came from another site. Try again in the portal.", "Das kam von einer anderen Website. Versuchen Sie es im Portal noch einmal.";
        wrong_password: "The current password is not right.", "Das aktuelle Passwort stimmt nicht.";
        weak_password: "Choose a new password of at least 12 characters, other than your email and your current password.", "Wählen Sie ein neues Passwort mit mindestens 12 Zeichen, das weder Ihre E-Mail noch Ihr aktuelles Passwort ist.";
        invalid_name: "Enter a name of 1 to 80 characters, none of them invisible.", "Geben Sie einen Namen mit 1 bis 80 Zeichen ein, keines davon unsichtbar.";
        invalid_selection: "Select 1 to 500 agents first.", "Wählen Sie zuerst 1 bis 500 Agenten aus.";
        invalid: "This can't be used. Check what you entered.", "Das ist so nicht verwendbar. Prüfen Sie Ihre Eingabe.";
        offline: "The portal could not be reached. Check your connection and try again.", "Das Portal war nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.";
        internal: "Something went wrong on our side. It has been logged; try again in a moment.", "Bei uns ist etwas schiefgelaufen. Es wurde protokolliert; versuchen Sie es gleich noch einmal.";
    }
}

impl Words {
    /// What went wrong and what to do next, by the error's code. What has no text of its own is said
    /// as the server said it, which is in English.
    pub fn error(&self, error: &ApiError) -> String {
        let errors = &self.errors;
        let text = match error.code.as_str() {
            "unauthenticated" => errors.unauthenticated,
            "forbidden" => errors.forbidden,
            "not_platform" => errors.not_platform,
            "not_found" => errors.not_found,
            "already_subscribed" => errors.already_subscribed,
            "no_subscription" => errors.no_subscription,
            "quote_required" => errors.quote_required,
            "quote_stale" => errors.quote_stale,
            "unchanged" => errors.unchanged,
            "card_declined" => errors.card_declined,
            "payment_action_required" => errors.payment_action_required,
            "payment_required" => errors.payment_required,
            "no_payment_method" => errors.no_payment_method,
            "subscription_paused" => self.billing.paused_text,
            "agents_in_use" => errors.agents_in_use,
            "quota_exceeded" => errors.quota_exceeded,
            "too_many_agents" => errors.too_many_agents,
            "checkout_in_progress" => errors.checkout_in_progress,
            "change_in_progress" => errors.change_in_progress,
            "stripe_unavailable" => errors.stripe_unavailable,
            "stripe_refused" => errors.stripe_refused,
            "database_unavailable" | "busy" => errors.database_unavailable,
            "database_full" => errors.database_full,
            "too_many_attempts" => errors.too_many_attempts,
            "too_many_requests" => errors.too_many_requests,
            "cross_site" => errors.cross_site,
            "wrong_password" => errors.wrong_password,
            "weak_password" => errors.weak_password,
            "invalid_name" => errors.invalid_name,
            "invalid_selection" => errors.invalid_selection,
            "no_such_page" => errors.no_such_page,
            "no_such_tenant" => errors.no_such_tenant,
            "no_tenant" => errors.no_tenant,
            "offline" => errors.offline,
            _ if self.language == Language::En && !error.message.is_empty() => &error.message,
            "invalid" | "malformed" | "too_large" | "refused" => errors.invalid,
            _ => errors.internal,
        };
        text.to_owned()
    }

    /// The heading of the page that stands in for one that can't be had.
    pub fn error_title(&self, status: u16) -> &'static str {
        match status {
            0 => self.errors.title_offline,
            401 => self.errors.title_signed_out,
            403 => self.errors.title_forbidden,
            404 => self.errors.title_not_found,
            502 | 503 => self.errors.title_away,
            _ => self.errors.title_other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AgentIds, Name, PASSWORD_LENGTH};

    /// What a page may be answered, and what it says of itself: the codes of `server::error`,
    /// `server::guard`, `server::rates`, `server::forms` and `ui`, but for those that only programs and
    /// the sign-in meet, and for "internal".
    const CODES: [&str; 39] = [
        "unauthenticated",
        "forbidden",
        "not_platform",
        "not_found",
        "already_subscribed",
        "no_subscription",
        "quote_required",
        "quote_stale",
        "unchanged",
        "card_declined",
        "payment_action_required",
        "payment_required",
        "no_payment_method",
        "subscription_paused",
        "agents_in_use",
        "quota_exceeded",
        "too_many_agents",
        "checkout_in_progress",
        "change_in_progress",
        "busy",
        "stripe_unavailable",
        "stripe_refused",
        "database_unavailable",
        "database_full",
        "too_many_attempts",
        "too_many_requests",
        "cross_site",
        "wrong_password",
        "weak_password",
        "invalid_name",
        "invalid_selection",
        "invalid",
        "malformed",
        "too_large",
        "refused",
        "no_such_tenant",
        "no_tenant",
        "no_such_page",
        "offline",
    ];

    #[test]
    fn no_error_that_a_page_is_answered_is_called_our_fault_and_logged_when_it_is_not() {
        for language in Language::ALL {
            let words = Words::of(language);
            for code in CODES {
                let (code, message) = (code.to_owned(), String::new());
                let error = ApiError { status: 400, code, message, url: None };
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
