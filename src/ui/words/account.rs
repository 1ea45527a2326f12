super::catalogue! {
    /// The account page.
    Account {
        title: "Account", "Konto";
        change_password: "Change password", "Passwort ändern";
        current_password: "Current password", "Aktuelles Passwort";
        new_password: "New password", "Neues Passwort";
        password_rule: "At least 12 characters. Everyone signed in elsewhere is signed out.", "Mindestens 12 Zeichen. Alle anderen Sitzungen werden abgemeldet.";
        password_changed: "Password changed. Other sessions have ended.", "Passwort geändert. Andere Sitzungen wurden beendet.";
        sessions: "Where you are signed in", "Wo Sie angemeldet sind";
        this_session: "This session", "Diese Sitzung";
        unknown_device: "Unknown device", "Unbekanntes Gerät";
        browser_on: "{} on {}", "{} auf {}";
        signed_in_at: "Signed in {}", "Angemeldet am {}";
        last_seen: "last seen {}", "zuletzt aktiv am {}";
        end_session: "End", "Beenden";
        end_session_of: "End the session of {}", "Sitzung von {} beenden";
        session_ended: "The session has ended.", "Die Sitzung ist beendet.";
        everywhere: "Sign out everywhere", "Überall abmelden";
        everywhere_text: "Ends every session, this one too.", "Beendet alle Sitzungen, auch diese.";
    }
}
