"""French."""

SIGNS = """
redémarre redemarre redémarrer relance relancer arrête arrete arrêter stoppe démarre demarre
démarrer lance lancer supprime supprimer efface enlève montre montrer montre-moi affiche
afficher liste lister donne donne-moi s'il plaît plait quels quelles quel quelle pourquoi
combien qui où est sont le la les l un une des du de et puis ensuite tous toutes conteneur
conteneurs journaux dernières dernieres lignes pause reprends reprendre tue renomme connecte
déconnecte télécharge nettoie mets météo écris mot peux-tu pouvez-vous veuillez gèle
"""

TABLE = r"""
s'il (?:te|vous) (?:plaît|plait) => please
(?P<v>[\w]+)-t-(?:il|elle|on) => \g<v>
mets? en pause => pause
(?:météo|temps qu'il fait) => weather
(?:écris|écrire|rédige) => write
poème => poem
mot de passe => password
(?:construis|construire|compile) => build
(?:envoie|envoyer) => send
~\bl'(?=\w) => the
~\bd'(?=\w) => of
(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|veuillez|merci de) => please
(?:je veux|je voudrais|j'aimerais|il faut) => please
(?:redémarre[rz]?|redemarre[rz]?|relance[rz]?) => restart
(?:arrête[rz]?|arrete[rz]?|stoppe[rz]?|éteins|éteindre|coupe[rz]?) => stop
(?:démarre[rz]?|demarre[rz]?|lance[rz]?|allume[rz]?) => start
(?:supprime[rz]?|efface[rz]?|enlève|enlever|retire[rz]?) => remove
mets? (?P<x>.+?) en pause(?= |$) => pause \g<x>
(?:reprends|reprendre|reprenez|réactive[rz]?) => unpause
(?:gèle|geler|suspends|suspendre) => pause
(?:tue[rz]?) => kill
(?:renomme[rz]?) => rename
(?:connecte[rz]?) => connect
(?:déconnecte[rz]?) => disconnect
(?:télécharge[rz]?|récupère[rz]?) => pull
(?:nettoie|nettoyer|nettoyez) => clean up
(?:crée[rz]?|créer) => create
(?:inspecte[rz]?|examine[rz]?) => inspect
(?:attends|attendre) que => wait until
(?:montre-moi|montre[rz]?|affiche[rz]?|liste[rz]?) => show
(?:donne-moi|donne[rz]?|dis-moi) => show
(?:les )?(?P<n>\d+) (?:dernières|dernieres) lignes => last \g<n> lines
(?:les )?(?:dernières|dernieres) (?P<n>\d+) lignes => last \g<n> lines
(?P<n>\d+) lignes => \g<n> lines
(?:des|depuis les|sur les|dans les) (?P<n>\d+) dernières minutes => from the last \g<n> minutes
(?:des|depuis les|sur les|dans les) (?P<n>\d+) dernières heures => from the last \g<n> hours
(?:de|depuis|sur) la dernière heure => from the last hour
depuis (?P<n>\d+) minutes => since \g<n> minutes ago
depuis (?P<n>\d+) heures => since \g<n> hours ago
(?:y compris|même) (?:les |ceux qui sont )?(?:arrêtés|stoppés) => including stopped
pourquoi => why
combien d['e] ?(?=conteneurs|images) => how many
combien de => how much
combien => how many
(?:quels|quelles|quel|quelle) => which
(?:qu'est-ce qui|que|quoi) => what
qui => who
où => where
comment (?:va|se porte) => how is
(?:bases de données|bases de donnees) => databases
(?:base de données|base de donnees|bdd) => database
(?:espace disque) => disk space
(?:mémoire|memoire) => memory
processeur => cpu
conteneurs => containers
conteneur => container
images => images
réseaux => networks
(?:réseau|reseau) => network
volumes => volumes
services => services
serveur => server
projet => project
(?:proxy inverse|mandataire inverse) => reverse proxy
(?:hôte|hote) => host
(?:journaux|journal|logs) => logs
processus => processes
ports => ports
(?:état|etat|statut) => status
(?:santé) => health
(?:en pause|suspendu[es]*) => paused
(?:en cours d'exécution|qui tournent|tournent|tourne|actifs?|actives?|démarrés?) => running
(?:arrêtée?s?|arretée?s?|stoppée?s?) => stopped
(?:terminée?s?|finis?) => exited
(?:orphelin[es]*|pendant[es]*) => dangling
(?:inutilisée?s?|non utilisée?s?) => unused
(?:en mauvaise santé|malades?) => unhealthy
(?:utilise|utilisent|consomme|consomment|occupe|occupent|prend) => uses
(?:tous|toutes|tout) => all
(?:les deux) => both
(?:sauf|excepté|à part) => except
(?:appelée?|nommée?) => called
(?:et puis|et ensuite|puis|ensuite) => then
(?:sont|y a-t-il|il y a) => are
est => is
(?:le|la|les)(?= ?$) => it
(?:le|la|les) => the
(?:un|une) => a
(?:du|des) => of the
de la => of the
de l' => of the
(?:de|d') => of
et => and
(?:dans|sur|en) => in
avec => with
(?:à|au|aux) => to
(?:son|sa|ses) => its
(?:à nouveau|encore|maintenant) => please
"""
