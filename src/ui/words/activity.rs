super::catalogue! {
    /// The activity page: an entry of the timeline in one sentence, and the filters.
    Activity {
        title: "Activity", "Verlauf";
        timeline: "Timeline", "Zeitleiste";
        empty: "Nothing has happened yet", "Noch keine Einträge";
        no_older: "Nothing older", "Nichts Älteres";
        no_older_text: "The timeline begins with what is on the page before.", "Der Verlauf beginnt mit dem, was auf der Seite davor steht.";
        empty_text: "Subscriptions, seats, payments and agents: whatever changes is written down here.", "Abos, Plätze, Zahlungen und Agenten: Jede Änderung wird hier festgehalten.";
        no_match: "Nothing of this kind", "Nichts dieser Art";
        no_match_text: "Choose another filter to see more.", "Wählen Sie einen anderen Filter, um mehr zu sehen.";
        filter: "Filter", "Filter";
        all: "All", "Alles";
        topic_subscription: "Subscription", "Abo";
        topic_seats: "Seats", "Plätze";
        topic_payments: "Payments", "Zahlungen";
        topic_agents: "Agents", "Agenten";
        topic_access: "Access", "Zugriffe";
        topic_people: "People", "Personen";
        newest: "Newest", "Neueste";
        older: "Older", "Ältere";
        at_stripe: "At Stripe", "Bei Stripe";
        event: "Event", "Ereignis";
        request: "Request", "Anfrage";
        stripe: "Stripe", "Stripe";
        automatic: "Automatic", "Automatisch";
        command_line: "Command line", "Kommandozeile";
        somebody_new: "Somebody new", "Jemand Neues";
        an_agent: "an agent", "ein Agent";

        customer_created: "Customer created at Stripe", "Kunde bei Stripe angelegt";
        customer_lost: "Customer is gone at Stripe", "Kunde existiert bei Stripe nicht mehr";
        checkout_opened: "Checkout opened for {}", "Bestellung geöffnet: {}";
        portal_opened: "Billing Portal opened", "Kundenportal geöffnet";
        subscription_started: "Subscription started: {}", "Abo begonnen: {}";
        status_changed: "Status: {} → {}", "Status: {} → {}";
        status_unknown: "Stripe says “{}”, which is new here: access stays as it was", "Stripe meldet „{}“, was hier neu ist: Der Zugriff bleibt, wie er war";
        duplicate_canceled: "A second subscription was ended", "Ein zweites Abo wurde beendet";
        trial_repeated_ended: "Trial ended: this card or owner has had one before", "Testphase beendet: Diese Karte oder dieser Inhaber hatte schon eine";
        trial_repeated: "This card or owner has had a trial before", "Diese Karte oder dieser Inhaber hatte schon eine Testphase";
        trial_end_changed: "Trial now ends {}", "Testphase endet jetzt am {}";
        seats_changed: "Seats: {} → {}", "Plätze: {} → {}";
        invoice_paid_by_credit: "Invoice {} paid from your credit", "Rechnung {} aus Ihrem Guthaben bezahlt";
        invoice_paid: "Invoice {} paid", "Rechnung {} bezahlt";
        invoice_refunded: "Invoice {} was paid too late", "Rechnung {} zu spät bezahlt";
        payment_refunded: "A payment was refunded", "Eine Zahlung wurde erstattet";
        renewal_failed: "Payment of invoice {} failed", "Zahlung der Rechnung {} fehlgeschlagen";
        payment_failed: "Not paid: still {}, not {}", "Nicht bezahlt: weiterhin {}, nicht {}";
        action_required: "The bank asks you to confirm the payment for {}", "Die Bank bittet Sie, die Zahlung zu bestätigen: {}";
        cancellation_scheduled: "Cancels on {}", "Endet am {}";
        cancellation_withdrawn: "Cancellation taken back", "Kündigung zurückgenommen";
        price_changed: "Price: {} → {}", "Preis: {} → {}";
        agent_hired: "Created {}", "{} angelegt";
        agent_renamed: "Renamed “{}” to “{}”", "„{}“ in „{}“ umbenannt";
        agent_activated: "Turned on {}", "{} eingeschaltet";
        agent_deactivated: "Turned off {}", "{} abgeschaltet";
        agents_suspended: "Turned off by billing: {}", "Automatisch abgeschaltet: {}";
        agents_restored: "Turned back on by billing: {}", "Automatisch wieder eingeschaltet: {}";
        looked_at: "A platform administrator looked at: {}", "Die Plattform-Administration hat angesehen: {}";
        change_refused: "A platform administrator tried to change something: refused", "Die Plattform-Administration wollte etwas ändern: abgelehnt";
        operator_invited: "{} is invited as {}", "{} ist als {} eingeladen";
        operator_joined: "{} joined as {}", "{} ist als {} dabei";
        operator_role_changed: "{}: role changed from {} to {}", "{}: Rolle von {} zu {} geändert";
        operator_removed: "{} was removed", "{} wurde entfernt";
        invitation_withdrawn: "An invitation was taken back", "Eine Einladung wurde zurückgezogen";
        unknown: "Something new: reload the page to read it", "Etwas Neues: Laden Sie die Seite neu, um es zu lesen";

        charged: "{} charged", "{} abgebucht";
        not_charged: "{} not charged", "{} nicht abgebucht";
        not_charged_yet: "{} not charged yet", "{} noch nicht abgebucht";
        refunded: "{} refunded", "{} erstattet";
        credited: "{} credited", "{} gutgeschrieben";
    }
}
