super::catalogue! {
    /// The billing page.
    Billing {
        title: "Billing", "Abrechnung";
        plan: "Subscription", "Abo";
        no_price: "The price appears once Stripe has been read.", "Der Preis erscheint, sobald Stripe gelesen wurde.";
        per_agent: "{}/agent/{}", "{}/Agent/{}";
        per_interval: "{}/{}", "{}/{}";
        sum: "{} × {} =\u{a0}{}", "{} × {} =\u{a0}{}";

        none: "No subscription", "Kein Abo";
        trialing: "Trial", "Testphase";
        trial_ends: "Trial ends {}", "Testphase endet am {}";
        active: "Active", "Aktiv";
        past_due: "Payment required", "Zahlung nötig";
        unpaid: "Unpaid", "Unbezahlt";
        canceled: "Canceled", "Beendet";

        subscribe: "Subscribe", "Abonnieren";
        manage: "Manage Billing", "Zahlung verwalten";
        update_payment: "Update Payment", "Zahlung aktualisieren";
        resubscribe: "Resubscribe", "Erneut abonnieren";

        welcome: "Hire your first AI employees", "Stellen Sie Ihre ersten KI-Mitarbeiter ein";
        welcome_back: "Your agents are off", "Ihre Agenten sind abgeschaltet";
        ended_text: "The subscription has ended. Nothing is lost: resubscribe, and they go on where they stopped.", "Das Abo ist beendet. Nichts ist verloren: Abonnieren Sie erneut, und sie machen weiter, wo sie aufgehört haben.";
        trial_lead: "14-day free trial", "14 Tage kostenlos testen";
        offer_access: "Full access from the first minute", "Voller Zugriff ab der ersten Minute";
        offer_price: "{} after the trial", "{} nach der Testphase";
        offer_card: "Card required, nothing charged for 14 days", "Karte nötig, 14 Tage lang wird nichts berechnet";
        offer_cancel: "Cancel any time, in two clicks", "Jederzeit mit zwei Klicks kündbar";
        no_trial: "Your free trial is used up: the subscription starts without one, and is charged at once. Cancel any time.", "Ihre kostenlose Testphase ist aufgebraucht: Das Abo beginnt ohne sie und wird sofort berechnet. Jederzeit kündbar.";
        due_later: "Nothing to pay for 14 days, then:", "14 Tage lang nichts zu zahlen, danach:";
        due_now: "To pay today, before any credit:", "Heute zu zahlen, vor etwaigem Guthaben:";
        how_many: "Agents", "Agenten";

        usage: "Usage", "Nutzung";
        in_use: "{} of {} agents in use", "{} von {} Agenten im Einsatz";
        waiting: "1 agent waits|{} agents wait", "1 Agent wartet|{} Agenten warten";
        trial_end: "Trial ends", "Testphase endet";
        trial_progress: "Day {} of {} of the trial", "Tag {} von {} der Testphase";
        days_left: "1 day left|{} days left", "noch 1 Tag|noch {} Tage";
        next_charge: "Next charge", "Nächste Abbuchung";
        price: "Price", "Preis";
        price_after_trial: "Price after the trial", "Preis nach der Testphase";
        next: "Next: {} on {}", "Nächste Abbuchung: {} am {}";
        as_of: "As of {}", "Stand: {}";
        never_read: "Not read from Stripe yet", "Noch nicht von Stripe gelesen";
        refresh: "Refresh", "Aktualisieren";
        refreshed: "Up to date with Stripe.", "Auf dem Stand von Stripe.";

        seats: "Seats", "Plätze";
        seats_hint: "How many agents may work at once.", "So viele Agenten dürfen gleichzeitig arbeiten.";
        seats_hint_act: "How many agents may work at once. Change the number to see what it costs.", "So viele Agenten dürfen gleichzeitig arbeiten. Ändern Sie die Zahl, um den Preis zu sehen.";
        show_price: "Show price", "Preis zeigen";
        fewer: "One agent fewer", "Ein Agent weniger";
        more: "One agent more", "Ein Agent mehr";
        count_hint: "Enter a whole number from 1 to 10,000.", "Geben Sie eine ganze Zahl von 1 bis 10.000 ein.";
        confirm_change: "Confirm the change", "Änderung bestätigen";
        confirm: "Confirm", "Bestätigen";
        keep_seats: "Keep 1 agent|Keep {} agents", "Bei 1 Agenten bleiben|Bei {} Agenten bleiben";
        working_out: "Working out the exact amount…", "Der genaue Betrag wird ermittelt …";
        ask_again: "Ask again", "Erneut fragen";
        nothing_today: "Nothing today", "Heute nichts";
        today: "{} today", "Heute {}";
        then: "{}, then {} a {}", "{}, danach {} pro {}";
        discount: "Discount −{}", "Rabatt −{}";
        tax: "Tax {}", "Steuer {}";
        of_today: "{} today", "{} heute";
        of_each: "{} each {}", "{} je {}";
        next_invoice: "The next invoice comes on {}.", "Die nächste Rechnung kommt am {}.";
        credit_on: "{} for the time not used comes off the next invoice on {}.", "{} für nicht genutzte Zeit werden von der nächsten Rechnung am {} abgezogen.";
        replaces: "Your change to {} still waits for your bank: this takes its place.", "Ihre Änderung ({}) wartet noch auf Ihre Bank: Diese tritt an ihre Stelle.";
        ends: "The subscription ends on {}.", "Das Abo endet am {}.";
        credit_at_end: "{} for the time not used stays with Stripe as a credit. The subscription ends on {}.", "{} für nicht genutzte Zeit bleiben bei Stripe als Guthaben. Das Abo endet am {}.";
        choose_leavers: "Choose 1 to turn off|Choose {} to turn off", "Wählen Sie 1 zum Abschalten|Wählen Sie {} zum Abschalten";
        chosen: "{} of {} chosen", "{} von {} gewählt";
        asking_agents: "Asking which agents are in use…", "Die Agenten im Einsatz werden geladen …";

        cancel: "Cancel subscription", "Abo kündigen";
        cancel_question: "Cancel the subscription?", "Abo kündigen?";
        cancel_when: "When", "Wann";
        cancel_at_trial_end: "At the end of the trial", "Zum Ende der Testphase";
        cancel_at_period_end: "At the end of the period", "Zum Ende des Zeitraums";
        works_until: "Your agents work until {}. Until then you can resume.", "Ihre Agenten arbeiten bis {}. Bis dahin können Sie die Kündigung zurücknehmen.";
        works_while_due: "The payment stays due. Your agents work until {} at the latest. Until then you can resume.", "Die Zahlung bleibt fällig. Ihre Agenten arbeiten längstens bis {}. Bis dahin können Sie die Kündigung zurücknehmen.";
        off_until_paid: "Your agents stay off unless you pay. Until {} you can resume.", "Ihre Agenten bleiben abgeschaltet, solange Sie nicht bezahlen. Bis {} können Sie die Kündigung zurücknehmen.";
        the_end: "the end of the paid period", "zum Ende des bezahlten Zeitraums";
        cancel_now: "Now", "Sofort";
        now_in_trial: "Your agents are turned off at once, and nothing is charged.", "Ihre Agenten werden sofort abgeschaltet, berechnet wird nichts.";
        now_when_paid: "Your agents are turned off at once. What is paid already is not refunded.", "Ihre Agenten werden sofort abgeschaltet. Bereits Bezahltes wird nicht erstattet.";
        now_while_due: "Your agents are turned off at once. The payment stays due.", "Ihre Agenten werden sofort abgeschaltet. Die Zahlung bleibt fällig.";
        stay_off: "Your agents stay off.", "Ihre Agenten bleiben abgeschaltet.";
        keep_it: "Keep it", "Behalten";
        end_it: "End the subscription", "Abo beenden";
        cancels_on: "Cancels on {}", "Endet am {}";
        cancels_text: "Your agents are turned off then.", "Ihre Agenten werden dann abgeschaltet.";
        resume: "Resume", "Kündigung zurücknehmen";
        end_pause: "Resume", "Fortsetzen";

        past_due_text: "The last payment failed. Your agents keep working while Stripe tries again: pay the open invoice, or give another card.", "Die letzte Zahlung ist fehlgeschlagen. Ihre Agenten arbeiten weiter, während Stripe es erneut versucht: Bezahlen Sie die offene Rechnung, oder geben Sie eine andere Karte an.";
        agents_off: "Agents are off", "Agenten sind abgeschaltet";
        unpaid_text: "An invoice is unpaid. Your agents come back as soon as you pay it.", "Eine Rechnung ist unbezahlt. Ihre Agenten kommen zurück, sobald Sie sie bezahlen.";
        paused_text: "Your subscription is paused. Resume it, and your agents come back: a new period begins and is charged at once.", "Ihr Abo ist pausiert. Setzen Sie es fort, und Ihre Agenten kommen zurück: Ein neuer Zeitraum beginnt und wird sofort berechnet.";
        not_confirmed: "This checkout could not be confirmed", "Diese Bestellung ließ sich nicht bestätigen";
        not_yet: "Not confirmed yet", "Noch nicht bestätigt";
        older_invoices: "The newest are shown here. Older ones are at Stripe, with the rest of your billing.", "Hier stehen die neuesten. Ältere finden Sie bei Stripe, bei Ihrer übrigen Abrechnung.";
        not_yet_text: "Stripe has not seen the payment so far. Press Refresh in a while, or subscribe again.", "Stripe hat die Zahlung bisher nicht gesehen. Drücken Sie später auf „Aktualisieren“ oder abonnieren Sie erneut.";
        confirming: "Confirming your subscription…", "Ihr Abo wird bestätigt …";
        confirming_text: "Stripe is still working on the payment. This takes a few seconds.", "Stripe bearbeitet die Zahlung noch. Das dauert einige Sekunden.";

        confirmed: "Subscription confirmed. The seats are ready for your agents.", "Abo bestätigt. Die Plätze stehen Ihren Agenten bereit.";
        cancellation_scheduled: "Cancellation scheduled. You can resume until then.", "Kündigung vorgemerkt. Bis dahin können Sie sie zurücknehmen.";
        ended: "The subscription has ended.", "Das Abo ist beendet.";
        resumed: "Welcome back: the subscription goes on.", "Willkommen zurück: Das Abo läuft weiter.";
        seats_changed: "You now have 1 seat.|You now have {} seats.", "Sie haben jetzt 1 Platz.|Sie haben jetzt {} Plätze.";

        invoices: "Invoices", "Rechnungen";
        all_invoices: "All invoices", "Alle Rechnungen";
        loading_invoices: "Loading invoices", "Rechnungen werden geladen";
        no_invoices: "No invoices yet", "Noch keine Rechnungen";
        no_invoices_text: "The first one appears here when the subscription starts.", "Die erste erscheint hier, wenn das Abo beginnt.";
        invoices_at_stripe: "Invoices are shown in Stripe's Billing Portal: press {}.", "Rechnungen finden Sie im Kundenportal von Stripe: Drücken Sie „{}“.";
        invoices_need_scripts: "Turn scripts on to see invoices.", "Schalten Sie Skripte ein, um Rechnungen zu sehen.";
        number: "Number", "Nummer";
        date: "Date", "Datum";
        total: "Total", "Summe";
        status: "Status", "Status";
        documents: "Documents", "Dokumente";
        draft_number: "Draft", "Entwurf";
        pay: "Pay", "Bezahlen";
        pay_invoice: "Pay invoice {}", "Rechnung {} bezahlen";
        view: "View", "Ansehen";
        view_invoice: "View invoice {}", "Rechnung {} ansehen";
        pdf: "PDF", "PDF";
        once_paid: "{} once it is paid", "{}, sobald sie bezahlt ist";
        invoice_pdf: "Invoice {} as PDF", "Rechnung {} als PDF";
        invoice_draft: "Draft", "Entwurf";
        invoice_open: "Open", "Offen";
        invoice_paid: "Paid", "Bezahlt";
        invoice_uncollectible: "Uncollectible", "Uneinbringlich";
        invoice_void: "Void", "Storniert";
    }
}
