super::catalogue! {
    /// The agents page, and counts of agents everywhere.
    Agents {
        title: "Agents", "Agenten";
        count: "1 agent|{} agents", "1 Agent|{} Agenten";
        seats: "1 seat|{} seats", "1 Platz|{} Plätze";
        team: "Your team", "Ihr Team";
        in_use: "{} of {} in use", "{} von {} im Einsatz";
        name: "Name", "Name";
        placeholder: "Ada, invoices", "Ada, Rechnungen";
        create: "Create agent", "Agent anlegen";
        created: "{} is ready to work.", "{} ist einsatzbereit.";
        empty: "Nobody here yet", "Noch niemand da";
        empty_text_look: "There are no agents so far.", "Bisher gibt es keine Agenten.";
        empty_text: "Give your first agent a name: it is ready to work at once.", "Geben Sie Ihrem ersten Agenten einen Namen: Er ist sofort einsatzbereit.";
        no_seats: "No seats", "Keine Plätze";
        no_seats_text: "Agents need a subscription that is in trial or paid. Billing says what to do.", "Agenten brauchen ein bezahltes Abo oder eines in der Testphase. Unter „Abrechnung“ steht, was zu tun ist.";
        full: "Every seat is taken.", "Alle Plätze sind belegt.";
        free: "1 seat is free.|{} seats are free.", "1 Platz ist frei.|{} Plätze sind frei.";
        add_seats: "Add seats", "Plätze hinzufügen";
        working: "Working", "Im Einsatz";
        off: "Turned off", "Abgeschaltet";
        off_by: "Turned off by {}", "Abgeschaltet von {}";
        off_by_billing: "Turned off by billing", "Automatisch abgeschaltet";
        because_ended: "the subscription has ended", "das Abo ist beendet";
        because_unpaid: "the subscription is unpaid", "das Abo ist unbezahlt";
        because_seats: "there are fewer seats", "es gibt weniger Plätze";
        turn_on: "Turn on", "Einschalten";
        turn_off: "Turn off", "Abschalten";
        turn_on_one: "Turn on {}", "{} einschalten";
        turn_off_one: "Turn off {}", "{} abschalten";
        turned_on: "1 agent is on.|{} agents are on.", "1 Agent ist eingeschaltet.|{} Agenten sind eingeschaltet.";
        turned_off: "1 agent is off.|{} agents are off.", "1 Agent ist abgeschaltet.|{} Agenten sind abgeschaltet.";
        rename: "Rename", "Umbenennen";
        rename_one: "Rename {}", "{} umbenennen";
        renamed: "Now called {}.", "In {} umbenannt.";
        search: "Search agents", "Agenten suchen";
        find: "Find", "Suchen";
        no_match: "Nobody is called that", "Niemand heißt so";
        no_match_text: "Search for another name, or clear the search.", "Suchen Sie nach einem anderen Namen oder leeren Sie die Suche.";
        clear_search: "Show all", "Alle zeigen";
        select_all: "Select all shown", "Alle angezeigten auswählen";
        select_one: "Select {}", "{} auswählen";
        selected: "1 selected|{} selected", "1 ausgewählt|{} ausgewählt";
        selection: "With the selected agents", "Mit den ausgewählten Agenten";
    }
}
