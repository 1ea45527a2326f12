super::catalogue! {
    /// The account page.
    Account {
        title: "Account", "Konto";
        change_password: "Change password", "Passwort ändern";
        current_password: "Current password", "Aktuelles Passwort";
        new_password: "New password", "Neues Passwort";
        password_rule: "At least 12 characters. All your other sessions will end.", "Mindestens 12 Zeichen. Alle Ihre anderen Sitzungen werden beendet.";
        password_changed: "Password changed. Other sessions have ended.", "Passwort geändert. Andere Sitzungen wurden beendet.";
        sessions: "Where you are signed in", "Wo Sie angemeldet sind";
        this_session: "This session", "Diese Sitzung";
        unknown_device: "Unknown device", "Unbekanntes Gerät";
        browser_on: "{} on {}", "{} auf {}";
        signed_in: "Signed in {} · last seen {}", "Angemeldet: {} · zuletzt aktiv: {}";
        end_session: "End", "Beenden";
        end_session_of: "End the session of {}", "Sitzung beenden: {}";
        session_ended: "The session has ended.", "Die Sitzung ist beendet.";
        everywhere: "Sign out everywhere", "Überall abmelden";
        appearance: "Appearance and language", "Darstellung und Sprache";
        everywhere_text: "Ends every session, this one too.", "Beendet alle Sitzungen, auch diese.";
    }
}
