super::catalogue! {
    /// The frame around every page, what all pages share, and the sign-in page.
    Frame {
        skip: "Skip to content", "Zum Inhalt springen";
        home: "{}, to Billing", "{}, zur Abrechnung";
        main_navigation: "Main", "Hauptnavigation";
        tenants: "Companies", "Firmen";
        agents: "Agents", "Agenten";
        billing: "Billing", "Abrechnung";
        activity: "Activity", "Verlauf";
        account: "Account", "Konto";
        sign_out: "Sign out", "Abmelden";
        sandbox: "Sandbox", "Testumgebung";
        sandbox_note: "Sandbox: no real money moves.", "Testumgebung: Es fließt kein echtes Geld.";
        control_page: "Control page ↗", "Kontrollseite ↗";
        theme: "Appearance", "Darstellung";
        theme_system: "System", "System";
        theme_light: "Light", "Hell";
        theme_dark: "Dark", "Dunkel";
        language: "Language", "Sprache";
        loading: "Loading the page", "Die Seite wird geladen";
        working: "Working…", "Wird bearbeitet …";
        dismiss: "Dismiss", "Ausblenden";
        try_again: "Try again", "Erneut versuchen";
        save: "Save", "Speichern";
        previous: "Previous", "Zurück";
        next: "Next", "Weiter";
        part: "{}–{} of {}", "{}–{} von {}";
        offline_title: "You are offline", "Sie sind offline";
        offline_text: "This is the last known state. It updates by itself once you are back.", "Dies ist der letzte bekannte Stand. Er aktualisiert sich, sobald Sie wieder verbunden sind.";
        stale_title: "Updates are delayed", "Aktualisierungen verzögern sich";
        stale_text: "The portal can't be reached right now. This is the last known state; trying again.", "Das Portal ist gerade nicht erreichbar. Dies ist der letzte bekannte Stand; es wird weiter versucht.";
        may_look: "Only owners and admins can change this. You can look.", "Nur Inhaber und Admins können hier etwas ändern. Sie können alles ansehen.";
        owner: "owner", "Inhaber";
        admin: "admin", "Admin";
        member: "member", "Mitglied";
        sign_in: "Sign in", "Anmelden";
        sign_in_first: "Sign in to go on.", "Melden Sie sich an, um fortzufahren.";
        email: "Email", "E-Mail";
        password: "Password", "Passwort";
        wrong_credentials: "Email and password don't match. Check both and try again.", "E-Mail und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es erneut.";
    }
}
