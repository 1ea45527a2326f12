super::catalogue! {
    /// Single sign-on, on the sign-in page.
    SignOn {
        go: "Continue with single sign-on", "Weiter mit Single Sign-on";
        or: "or", "oder";
        away: "Your company's sign-in can't be reached right now. Try again in a moment.", "Die Anmeldung Ihrer Firma ist gerade nicht erreichbar. Versuchen Sie es gleich noch einmal.";
        denied: "Your company's sign-in did not let you in. Try again, or ask whoever manages it.", "Die Anmeldung Ihrer Firma hat Sie nicht durchgelassen. Versuchen Sie es erneut, oder wenden Sie sich an die Person, die sie verwaltet.";
        expired: "That took too long, or was begun in another window. Continue with single sign-on once more.", "Das hat zu lange gedauert oder wurde in einem anderen Fenster begonnen. Starten Sie Single Sign-on noch einmal.";
        untrusted: "The answer of your company's sign-in can't be trusted. It has been logged; try again, and tell whoever runs this portal if it happens again.", "Die Antwort vom Anmeldedienst Ihrer Firma ist nicht vertrauenswürdig. Der Fehler wurde protokolliert; versuchen Sie es erneut, und wenden Sie sich an die Betreiber dieses Portals, wenn er wieder auftritt.";
        unverified: "Your company's sign-in has not verified your email address. Verify it there, then try again.", "Die Anmeldung Ihrer Firma hat Ihre E-Mail-Adresse nicht bestätigt. Bestätigen Sie sie dort und versuchen Sie es erneut.";
        domain: "Addresses of your email's domain can't sign in here. Use your work address.", "Mit Adressen dieser Domain kann man sich hier nicht anmelden. Verwenden Sie Ihre geschäftliche Adresse.";
        not_invited: "There is no account for your email address. If you were sent an invitation, open its link first; otherwise ask whoever runs this portal.", "Für Ihre E-Mail-Adresse gibt es kein Konto. Wenn Sie eine Einladung haben, öffnen Sie zuerst deren Link; sonst wenden Sie sich an die Betreiber dieses Portals.";
        other_identity: "Your email address belongs to an account that signs in as somebody else. Ask whoever runs this portal to connect it anew.", "Ihre E-Mail-Adresse gehört zu einem Konto, das sich als jemand anderes anmeldet. Bitten Sie die Betreiber dieses Portals, es neu zu verbinden.";
        throttled: "Too many attempts. Wait a few minutes, then try again.", "Zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann erneut.";
        failed: "Something went wrong on our side. It has been logged; try again in a moment.", "Bei uns ist etwas schiefgelaufen. Es wurde protokolliert; versuchen Sie es gleich noch einmal.";
    }
}

impl SignOn {
    /// Why single sign-on failed, by the code in the page's address.
    pub fn problem(&self, code: &str) -> Option<&'static str> {
        Some(match code {
            "away" => self.away,
            "denied" => self.denied,
            "expired" => self.expired,
            "untrusted" => self.untrusted,
            "unverified" => self.unverified,
            "domain" => self.domain,
            "not_invited" => self.not_invited,
            "other_identity" => self.other_identity,
            "throttled" => self.throttled,
            "failed" => self.failed,
            _ => return None,
        })
    }
}
