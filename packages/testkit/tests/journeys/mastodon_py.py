"""What people do with Mastodon.py, here (Amina) and at another company (Nora).

Speaks with the test that runs it by lines: asks it for the code of an authorization address
with `CODE <name> <address>`, and says `DONE <step>` after each step.
"""

import json
import os
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

from mastodon import Mastodon, MastodonNotFoundError, StreamListener

SCOPES = ["read", "write", "follow", "push"]
DEADLINE_SECONDS = 40

given = json.loads(sys.stdin.readline())


def say(line):
    print(line, flush=True)


def eventually(what, attempt):
    until = time.time() + DEADLINE_SECONDS
    while time.time() < until:
        found = attempt()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("not in time: " + what)


def sign_in(name, base_url):
    client_id, secret = Mastodon.create_app(
        "Mastodon.py test", api_base_url=base_url, scopes=SCOPES, redirect_uris="urn:ietf:wg:oauth:2.0:oob"
    )
    app = Mastodon(client_id=client_id, client_secret=secret, api_base_url=base_url)
    say("CODE %s %s" % (name, app.auth_request_url(scopes=SCOPES)))
    app.log_in(code=sys.stdin.readline().strip(), scopes=SCOPES)
    assert app.app_verify_credentials().name == "Mastodon.py test"
    assert app.account_verify_credentials().username == name
    return app


amina = sign_in("amina", given["here"])
nora = sign_in("nora", given["there"])
say("DONE sign-in")

assert amina.instance().uri
assert amina.instance().configuration.statuses.max_characters > 500
assert amina.preferences()["posting:default:visibility"] == "public"
assert amina.custom_emojis() == []
say("DONE instance")

# Each finds and follows the other, at the other company.
there = amina.search("@nora@" + given["there_host"], result_type="accounts").accounts[0]
here = nora.search("@amina@" + given["here_host"], result_type="accounts").accounts[0]
amina.account_follow(there)
nora.account_follow(here)
eventually("the follows", lambda: amina.account_relationships(there)[0].following)
eventually("the follows", lambda: nora.account_relationships(here)[0].following)
assert amina.account_relationships(there)[0].followed_by
assert [one.username for one in amina.account_following(amina.me())] == ["nora"]
say("DONE follow")


class Ear(StreamListener):
    def __init__(self):
        self.heard = []

    def on_update(self, status):
        self.heard.append(("update", status.uri))

    def on_notification(self, notification):
        self.heard.append((notification.type, notification.account.username))


ear = Ear()
stream = nora.stream_user(ear, run_async=True, reconnect_async=False)
media = amina.media_post(given["picture"], mime_type="image/png", description="a red one", focus=(0.5, -0.5))
assert media.description == "a red one"
amina.media_update(media, description="quite red")
post = amina.status_post(
    "@nora@%s have a look #red" % given["there_host"],
    media_ids=[media],
    visibility="public",
    language="en",
    idempotency_key="once",
)
again = amina.status_post("@nora@%s have a look #red" % given["there_host"], media_ids=[media], idempotency_key="once")
assert again.id == post.id
seen = eventually(
    "the post there", lambda: [one for one in nora.timeline_home() if one.uri == post.uri]
)[0]
assert seen.media_attachments[0].description == "quite red"
told = eventually("the notification", lambda: nora.notifications(types=["mention"]))[0]
assert told.status.uri == post.uri and told.account.acct == "amina@" + given["here_host"]
assert nora.notifications(id=told.id).id == told.id
say("DONE post")

nora.status_favourite(seen)
nora.status_reblog(seen)
nora.status_bookmark(seen)
answer = nora.status_reply(seen, "very red")
thread = eventually("the answer here", lambda: amina.status_context(post).descendants)
assert thread[0].uri == answer.uri
kinds = {"favourite", "reblog", "mention"}
eventually("the notifications here", lambda: kinds <= {one.type for one in amina.notifications()})
assert [one.acct for one in amina.status_favourited_by(post)] == ["nora@" + given["there_host"]]
assert [one.acct for one in amina.status_reblogged_by(post)] == ["nora@" + given["there_host"]]
assert nora.bookmarks()[0].id == seen.id and nora.favourites()[0].id == seen.id
edited = amina.status_update(post, "have another look #red", media_ids=[media])
assert edited.edited_at and len(amina.status_history(post)) == 2
assert amina.status_source(post).text == "have another look #red"
eventually("the edit there", lambda: "another" in nora.status(seen).content)
say("DONE thread")

poll = amina.make_poll(["tea", "coffee"], expires_in=3600)
asked = amina.status_post("Which?", poll=poll)
found = eventually("the poll there", lambda: [one for one in nora.timeline_home() if one.uri == asked.uri])[0]
nora.poll_vote(found.poll, 1)
assert nora.poll(found.poll).own_votes == [1]
eventually("the vote here", lambda: amina.poll(asked.poll).options[1].votes_count == 1)
say("DONE poll")

circle = nora.list_create("Red people")
nora.list_accounts_add(circle, [here])
listed = amina.status_post("for the list")
eventually("the list", lambda: [one for one in nora.timeline_list(circle) if one.uri == listed.uri])
assert nora.account_lists(here)[0].id == circle.id
nora.list_update(circle, "Reddish")
assert nora.list(circle).title == "Reddish"
nora.list_accounts_delete(circle, [here])
nora.list_delete(circle)
say("DONE lists")

made = nora.filter_create("red", ["home"], whole_word=True)
assert nora.filters()
assert nora.filter(made).phrase == "red"
nora.filter_update(made, phrase="blue")
assert nora.filter(made).phrase == "blue"
nora.filter_delete(made)
assert nora.filters() == []
say("DONE filters")

assert nora.timeline_hashtag("red")[0].uri == post.uri
assert amina.search("red").hashtags[0].name == "red"
assert amina.search_v2("another look", result_type="statuses").statuses[0].id == post.id
assert amina.account_lookup("amina").id == amina.me().id
say("DONE search")

message = nora.status_post("@amina@%s between us" % given["here_host"], visibility="direct")
talk = eventually("the message", lambda: [one for one in amina.conversations() if one.last_status.uri == message.uri])[0]
assert talk.unread and talk.accounts[0].username == "nora"
assert not amina.conversations_read(talk).unread
say("DONE message")

eventually("the stream", lambda: ("update", post.uri) in ear.heard or ("mention", "amina") in ear.heard)
# It waits for the next byte: nobody waits for it.
threading.Thread(target=stream.close, daemon=True).start()
say("DONE streaming")

later = amina.status_post("later", scheduled_at=datetime.now(timezone.utc) + timedelta(hours=1))
assert amina.scheduled_statuses()[0].id == later.id
amina.scheduled_status_delete(later)
amina.account_update_credentials(display_name="Amina D.", note="Works here", fields=[("Team", "Works")])
assert amina.me().fields[0].value == "Works"
amina.markers_set(["home"], [post])
assert amina.markers_get(["home"]).home.last_read_id == post.id
amina.account_mute(there, notifications=False)
assert amina.mutes()[0].username == "nora"
amina.account_unmute(there)
amina.account_note_set(there, "met in Lyon")
assert amina.account_relationships(there)[0].note == "met in Lyon"
assert amina.status_pin(listed).pinned
assert amina.account_statuses(amina.me(), pinned=True)[0].id == listed.id
say("DONE own")

first = amina.account_statuses(amina.me(), limit=1)
second = amina.fetch_next(first)
assert second and second[0].id < first[0].id
assert amina.fetch_previous(second)[0].id == first[0].id
say("DONE pages")

amina.status_delete(post)
eventually("the deletion there", lambda: all(one.uri != post.uri for one in nora.timeline_home()))
try:
    amina.status(post)
    raise AssertionError("a deleted post is served")
except MastodonNotFoundError:
    pass
amina.revoke_access_token()
say("DONE end")
# The thread that listened may still be at it: it must not die with the interpreter.
os._exit(0)
