"""What roles are called, and how the log is told to the person it is about."""

from flask_babel import lazy_gettext as _l

from portal.accounts.rules import Role

ROLES = {
    Role.AGENT.value: _l("Agent"),
    Role.LEAD.value: _l("Lead"),
    Role.ADMIN.value: _l("Admin"),
}

# By the word the log keeps. Where customer care did something, the sentence says so.
DEEDS = {
    "joined": _l("You joined"),
    "join_repeated": _l("Somebody asked to join with your address"),
    "signed_in": _l("You signed in"),
    "sign_in_refused": _l("A sign-in was refused"),
    "signed_out": _l("You signed out"),
    "session_ended": _l("A device was signed out"),
    "confirmed_self": _l("You confirmed that it is you"),
    "limit_hit": _l("Further tries were held up"),
    "owner_warned": _l("We wrote to you about many sign-ins that failed"),
    "password_link_asked": _l("A link for a new password was asked for"),
    "password_changed": _l("Your password was changed"),
    "device_remembered": _l("A device was remembered"),
    "device_forgotten": _l("A device was forgotten"),
    "passkey_added": _l("A passkey was added"),
    "passkey_renamed": _l("A passkey got another name"),
    "passkey_removed": _l("A passkey was removed"),
    "app_added": _l("An authenticator app was set up"),
    "app_removed": _l("The authenticator app was switched off"),
    "codes_made": _l("New recovery codes were made"),
    "code_used": _l("A recovery code was used"),
    "factor_reset": _l("A lost second step was taken away for you"),
    "email_confirmed": _l("Your email address was confirmed"),
    "email_change_asked": _l("A new email address was asked for"),
    "email_changed": _l("Your email address was changed"),
    "email_change_undone": _l("The change of your email address was undone"),
    "address_added": _l("A further address was added"),
    "address_proved": _l("A further address was confirmed"),
    "address_removed": _l("A further address was removed"),
    "profile_changed": _l("Your details were changed"),
    "age_asked": _l("A document was sent to confirm your age"),
    "age_decided": _l("Customer care looked at your document and decided"),
    "link_declared": _l("Another account was named as belonging to you"),
    "link_found": _l("Another account was found to belong with yours"),
    "export_asked": _l("A copy of your data was asked for"),
    "export_taken": _l("A copy of your data was downloaded"),
    "closing_asked": _l("Closing the account was asked for"),
    "closing_taken_back": _l("The account stays open after all"),
    "account_closed": _l("The account was closed"),
    "staff_invited": _l("You were invited to the desk"),
    "staff_joined": _l("You took up the invitation to the desk"),
    "role_changed": _l("Your role was changed"),
    "staff_disabled": _l("Your account was shut"),
    "staff_enabled": _l("Your account was opened again"),
    "looked_at_member": _l("Customer care looked at your membership"),
    "looked_at_claim": _l("Customer care looked at one of your claims"),
    "looked_at_evidence": _l("Customer care looked at one of your pictures"),
    "friend_refused": _l("A friend you invited was not counted"),
    "looked_at_document": _l("Customer care looked at your document"),
}
