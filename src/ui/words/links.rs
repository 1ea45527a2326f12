use crate::model::Language;

super::catalogue! {
    /// The pages that one-time links open. Only the server renders them, so browsers don't download
    /// their texts.
    Links {
        join: "Join {}", "{} beitreten";
        invited: "You are invited to {} as {}.", "Sie sind eingeladen, {} beizutreten. Rolle: {}.";
        has_account: "You have an account. Sign in to accept.", "Sie haben ein Konto. Melden Sie sich an, um anzunehmen.";
        no_way_in: "You have an account, but no password yet. Ask whoever runs this portal for a link to choose one, then open this page again.", "Sie haben ein Konto, aber noch kein Passwort. Bitten Sie die Betreiber dieses Portals um einen Link, um eines festzulegen, und öffnen Sie diese Seite dann erneut.";
        signed_in: "You are signed in as {}.", "Sie sind angemeldet als {}.";
        name: "Your name", "Ihr Name";
        accept: "Join", "Beitreten";
        choose_password: "Choose a password", "Passwort festlegen";
        password: "Password", "Passwort";
        password_rule: "At least 12 characters.", "Mindestens 12 Zeichen.";
        everywhere: "Wherever you are signed in, your sessions will end.", "Alle Ihre Sitzungen werden beendet.";
        set_password: "Set password", "Passwort festlegen";
        weak_password: "Choose a password of at least 12 characters, other than your email.", "Wählen Sie ein Passwort mit mindestens 12 Zeichen, das nicht Ihre E-Mail-Adresse ist.";
        wrong_password: "That password is not right. Try again.", "Das Passwort stimmt nicht. Versuchen Sie es erneut.";
        unusable: "This link can't be used", "Dieser Link ist nicht verwendbar";
        unusable_text: "It was used already, has expired, or is incomplete. Ask whoever sent it to you for a new one.", "Er wurde bereits benutzt, ist abgelaufen oder unvollständig. Bitten Sie die Person um einen neuen, von der Sie ihn haben.";
    }
}

impl Links {
    /// The texts in this language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &Self::EN,
            Language::De => &Self::DE,
        }
    }
}
