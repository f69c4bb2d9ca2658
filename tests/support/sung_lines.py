"""Twenty lines of each language with their syllables as they are sung, divided by hand."""

from producer_studio.domain.lyrics.language import Language

ENGLISH = """
I left the kitchen light on for you | I left the kit chen light on for you
There's a paper moon above the harbour | There's a pa per moon a bove the har bour
Every window in the valley is glowing | Ev ery win dow in the val ley is glow ing
We danced until the batteries died | We danced un til the bat ter ies died
Somebody painted the ceiling with stars | Some bod y paint ed the ceil ing with stars
I'm walking in your older brother's shoes | I'm walk ing in your old er broth er's shoes
The fire is low and the whiskey is gone | The fire is low and the whis key is gone
Maybe I loved the idea of leaving | May be I loved the i de a of leav ing
Nobody told me the ocean was freezing | No bod y told me the o cean was freez ing
You were the reason I answered the phone | You were the rea son I an swered the phone
Silver and violet over the water | Sil ver and vi o let o ver the wa ter
Hold me like a secret, hold me like a stone | Hold me like a se cret hold me like a stone
My suitcase is heavy with letters unsent | My suit case is heav y with let ters un sent
We're breathing in rhythm with engines and rain | We're breath ing in rhyth m with en gines and rain
The sirens sang along to the radio | The si rens sang a long to the ra di o
I realized the bridges were burning | I re al ized the bridg es were burn ing
Don't tell my mother I'm sleeping in the car | Don't tell my moth er I'm sleep ing in the car
Runnin' through the alley with a guitar | Run nin through the al ley with a gui tar
Beautiful strangers on an escalator | Beau ti ful stran gers on an es ca la tor
Tomorrow is quiet, tonight is a riot | To mor row is qui et to night is a ri ot
"""

GERMAN = """
Ich lass das Licht für dich noch an | Ich lass das Licht für dich noch an
Die Straßen riechen nach Regen und Eis | Die Stra ßen rie chen nach Re gen und Eis
Deine Augen sind müde vom Warten | Dei ne Au gen sind mü de vom War ten
Wir bauen ein Haus aus geliehener Zeit | Wir bau en ein Haus aus ge lie he ner Zeit
Im Radio läuft ein altes Lied | Im Ra di o läuft ein al tes Lied
Und keiner von uns beiden schläft | Und kei ner von uns bei den schläft
Der Mond hängt schief überm Bahnhof | Der Mond hängt schief ü berm Bahn hof
Meine Familie weiß nichts davon | Mei ne Fa mi lie weiß nichts da von
Ich hab' dein Foto in der Tasche | Ich hab' dein Fo to in der Ta sche
Wir gehn barfuß durch die leere Stadt | Wir gehn bar fuß durch die lee re Stadt
Zwischen Trauer und neuem Anfang | Zwi schen Trau er und neu em An fang
Beeil dich, der letzte Zug fährt gleich | Be eil dich der letz te Zug fährt gleich
Das Meer hat meine Worte geerbt | Das Meer hat mei ne Wor te ge erbt
Bleib noch eine Stunde, ich bitte dich | Bleib noch ei ne Stun de ich bit te dich
Unsere Lieder sind älter als wir | Un se re Lie der sind äl ter als wir
Die Station ist leer, die Lichter gehen aus | Die Sta tion ist leer die Lich ter ge hen aus
Ein Feuer brennt auf der anderen Seite | Ein Feu er brennt auf der an de ren Sei te
Niemand hat uns je gesehen | Nie mand hat uns je ge se hen
Wie ein Theater ohne Publikum | Wie ein The a ter oh ne Pub li kum
Quer durch den Schnee und nie mehr allein | Quer durch den Schnee und nie mehr al lein
"""

SPANISH = """
Dejé la luz prendida para ti | De jé la luz pren di da pa ra ti
La noche en la ciudad no tiene fin | La no cheen la ciu dad no tie ne fin
Tu voz es un barco de papel | Tu voz es un bar co de pa pel
Quiero aprender a caminar despacio | Quie roa pren de ra ca mi nar des pa cio
Bajo la lluvia de septiembre | Ba jo la llu via de sep tiem bre
Mi corazón no sabe mentir | Mi co ra zón no sa be men tir
Hay un río que pasa por tu puerta | Hay un rí o que pa sa por tu puer ta
Y todavía guardo tu canción | Y to da ví a guar do tu can ción
Somos dos extraños en el mismo tren | So mos dos ex tra ños en el mis mo tren
Se me olvidó cómo decirte adiós | Se meol vi dó có mo de cir tea diós
El viento sopla y apaga las velas | El vien to so pla ya pa ga las ve las
Cuando amanece, tú ya no estás | Cuan doa ma ne ce tú ya noes tás
Ahora sé que el mar también espera | A ho ra sé queel mar tam bié nes pe ra
Voy a buscarte entre la gente | Vo ya bus car teen tre la gen te
Las calles huelen a pan y a café | Las ca lles hue len a pan ya ca fé
Nunca aprendí a bailar sin miedo | Nun caa pren día bai lar sin mie do
Tengo la guitarra y una botella | Ten go la gui ta rra yu na bo te lla
Siguió sonando la misma radio | Si guió so nan do la mis ma ra dio
Bésame despacio, que mañana es lunes | Bé sa me des pa cio que ma ña naes lu nes
En el cielo hay un país sin dueño | En el cie lohay un pa ís sin due ño
"""

ITALIAN = """
Ho lasciato la luce per te | Ho la scia to la lu ce per te
La notte è un treno che non torna | La not teèun tre no che non tor na
Cammino da solo sotto la pioggia | Cam mi no da so lo sot to la piog gia
Il tuo nome è scritto sul vetro | Il tu o no meè scrit to sul ve tro
Non ho paura di restare qui | Non ho pa u ra di re sta re qui
C'è una canzone nella radio spenta | C'èu na can zo ne nel la ra dio spen ta
Mi manca l'aria della tua città | Mi man ca l'a ria del la tu a cit tà
Dove finisce il mare, comincia il silenzio | Do ve fi ni sceil ma re co min ciail si len zio
Balliamo piano prima dell'alba | Bal lia mo pia no pri ma del l'al ba
Ogni parola ha un peso diverso | O gni pa ro lahaun pe so di ver so
Io sono il vento e tu sei la casa | I o so noil ven toe tu sei la ca sa
Guardo le foglie cadere lontano | Guar do le fo glie ca de re lon ta no
La melodia che cantava mia madre | La me lo di a che can ta va mi a ma dre
Resta con me finché viene mattina | Re sta con me fin ché vie ne mat ti na
Questa poesia non finirà mai | Que sta po e si a non fi ni rà mai
Abbiamo perso le chiavi del cuore | Ab bia mo per so le chia vi del cuo re
Sogno un giardino di ghiaccio e di sale | So gnoun giar di no di ghiac cioe di sa le
Più ti cerco, più ti allontani | Più ti cer co più tial lon ta ni
Lei ride forte, lui non dice niente | Lei ri de for te lui non di ce nien te
La gioia è un fuoco sotto la neve | La gio iaèun fuo co sot to la ne ve
"""

FRENCH = """
J'ai laissé la lumière pour toi | J'ai lais sé la lu miè re pour toi
La nuit descend sur la ville endormie | La nuit des cend sur la vil len dor mie
Tu marches seul au bord de la rivière | Tu mar ches seul au bord de la ri vière
Mon cœur est un tambour fatigué | Mon cœur est un tam bour fa ti gué
Les enfants jouent dans la cour de l'école | Les en fants jouent dans la cour de l'é cole
Il pleut des étoiles sur le boulevard | Il pleut des é toi les sur le bou le vard
Je n'ai plus peur de la musique | Je n'ai plus peur de la mu sique
Elles dansent encore sous les lampes | El les dan sent en co re sous les lampes
Dis-moi pourquoi le vent nous appelle | Dis moi pour quoi le vent nous ap pelle
Une voix douce au fond du couloir | U ne voix dou ceau fond du cou loir
Nous avons oublié les paroles | Nous a vons ou bli é les pa roles
Le soleil brille sur les toits | Le so leil bril le sur les toits
Ma vie tourne comme un vieux manège | Ma vie tour ne com meun vieux ma nège
Regarde les oiseaux qui s'en vont | Re gar de les oi seaux qui s'en vont
Je garde ta photo dans mon livre | Je gar de ta pho to dans mon livre
Personne ne sait d'où vient la chanson | Per son ne ne sait d'où vient la chan son
Souvent je pense à tes yeux | Sou vent je pen seà tes yeux
Rien ne sera comme avant | Rien ne se ra com mea vant
Les trains partaient vers la mer | Les trains par taient vers la mer
Ferme la porte, le rêve est fini | Fer me la por te le rê veest fi ni
"""

PORTUGUESE = """
Deixei a luz acesa pra você | Dei xei a lu za ce sa pra vo cê
A noite cai nas ruas da cidade | A noi te cai nas ru as da ci da de
Meu coração não sabe mentir | Meu co ra ção não sa be men tir
Tem um rio que passa na minha rua | Tem um ri o que pas sa na mi nha ru a
Saudade é um barco sem direção | Sau da deé um bar co sem di re ção
Eu quero aprender a voar | Eu que roa pren der a vo ar
As folhas caíram no chão da praia | As fo lhas ca í ram no chão da prai a
Ninguém ouviu a nossa canção | Nin guém ou viu a nos sa can ção
Quando você voltar, eu vou dormir | Quan do vo cê vol tar eu vou dor mir
Guardei teu nome dentro do peito | Guar dei teu no me den tro do pei to
Todo dia eu canto a mesma história | To do di aeu can toa mes mahis tó ria
O vento leva as palavras embora | O ven to le vaas pa la vra sem bo ra
Ainda espero uma carta de longe | A in daes pe rou ma car ta de lon ge
Minha mãe dizia que o mar tem memória | Mi nha mãe di zi a queo mar tem me mó ria
Lua cheia, coração vazio | Lu a chei a co ra ção va zi o
Nossos violões dormem no canto | Nos sos vi o lões dor mem no can to
Fiquei sozinho na estação | Fi quei so zi nho naes ta ção
A chuva molha o meu jardim | A chu va mo lhao meu jar dim
Me diz por que você não ligou | Me diz por que vo cê não li gou
Só quero água, pão e silêncio | Só que roá gua pão e si lên cio
"""

RUSSIAN = """
Я оставил свет на кухне для тебя | Я о ста вил свет на кух не для те бя
Ночь идёт по мокрой мостовой | Ночь и дёт по мо крой мо сто вой
В этом городе никто не спит | Вэ том го ро де ни кто не спит
Твой голос в телефоне так далёк | Твой го лос вте ле фо не так да лёк
Мы танцуем на крыше до утра | Мы тан цу ем на кры ше до у тра
Снег ложится на пустой вокзал | Снег ло жит ся на пу стой вок зал
Мама пела мне про синий вечер | Ма ма пе ла мне про си ний ве чер
Я не помню, как тебя зовут | Я не пом ню как те бя зо вут
Поезда уходят без меня | По ез да у хо дят без ме ня
К берегу прибило старый дом | Кбе ре гу при би ло ста рый дом
Пусть играет радио чуть слышно | Пусть и гра ет ра ди о чуть слыш но
Ветер знает все мои секреты | Ве тер зна ет все мо и се кре ты
Осень пишет письма на стекле | О сень пи шет пись ма на сте кле
Мы с тобой как два чужих окна | Мы сто бой как два чу жих ок на
Где-то плачет старая гитара | Где то пла чет ста ра я ги та ра
Обними меня в последний раз | Об ни ми ме ня впо след ний раз
Время тает, словно белый лёд | Вре мя та ет слов но бе лый лёд
Над рекой поднимается туман | Над ре кой под ни ма ет ся ту ман
Я вернусь, когда зацветут сады | Я вер нусь ког да за цве тут са ды
Подожди ещё одну минуту | По до жди е щё од ну ми ну ту
"""

POLISH = """
Zostawiłem światło w kuchni dla ciebie | Zo sta wi łem świa tło wkuch ni dla cie bie
Noc idzie ulicą po deszczu | Noc i dzie u li cą po desz czu
Nikt w tym mieście już nie śpi | Nikt wtym mie ście już nie śpi
Twój głos jest jak papierowy statek | Twój głos jest jak pa pie ro wy sta tek
Tańczymy na dachu do rana | Tań czy my na da chu do ra na
Moje serce nie umie kłamać | Mo je ser ce nie u mie kła mać
Pociągi odjeżdżają beze mnie | Po cią gi od jeż dża ją be ze mnie
Zapomniałam, jak masz na imię | Za po mnia łam jak masz na i mię
Śnieg pada na pusty dworzec | Śnieg pa da na pu sty dwo rzec
Gdzieś daleko płacze gitara | Gdzieś da le ko pła cze gi ta ra
Radio gra naszą starą piosenkę | Ra dio gra na szą sta rą pio sen kę
Wiatr zna wszystkie moje sekrety | Wiatr zna wszyst kie mo je se kre ty
Jesień pisze listy na szybie | Je sień pi sze li sty na szy bie
Zaczekaj jeszcze jedną minutę | Za cze kaj jesz cze jed ną mi nu tę
Wrócę, kiedy zakwitną sady | Wró cę kie dy za kwit ną sa dy
Auto stoi pod oknem od lat | Au to sto i pod ok nem od lat
Nauka kochania trwa całe życie | Na u ka ko cha nia trwa ca łe ży cie
Z tobą każda zima jest krótka | Zto bą każ da zi ma jest krót ka
Nie mów nic, posłuchaj ciszy | Nie mów nic po słu chaj ci szy
Jesteśmy jak dwa obce okna | Je ste śmy jak dwa ob ce ok na
"""

JAPANESE = """
あかりをつけたままねむる | あ か り を つ け た ま ま ね む る
きみのこえがきこえない | き み の こ え が き こ え な い
きょうもあめがふっている | きょ う も あ め が ふ っ て い る
ずっとここでまっている | ず っ と こ こ で ま っ て い る
ちいさなまどからみえるそら | ち い さ な ま ど か ら み え る そ ら
メロディーがまちにながれる | メ ロ ディ ー が ま ち に な が れ る
しんじることをわすれないで | し ん じ る こ と を わ す れ な い で
ちゃいろいギターをかかえて | ちゃ い ろ い ギ タ ー を か か え て
あしたはきっとはれるから | あ し た は き っ と は れ る か ら
ポケットのなかのてがみ | ポ ケ ッ ト の な か の て が み
とおいうみのにおいがした | と お い う み の に お い が し た
ひとりぼっちのバスにのる | ひ と り ぼ っ ち の バ ス に の る
ゆっくりあるいてゆこう | ゆ っ く り あ る い て ゆ こ う
しゃしんのなかのえがお | しゃ し ん の な か の え が お
コーヒーがつめたくなるまで | コ ー ヒ ー が つ め た く な る ま で
だれもしらないうたをうたう | だ れ も し ら な い う た を う た う
ほしがひとつ、またひとつ | ほ し が ひ と つ ま た ひ と つ
かぜがカーテンをゆらして | か ぜ が カ ー テ ン を ゆ ら し て
じゅうねんまえのやくそく | じゅ う ね ん ま え の や く そ く
さよならはいわないでおこう | さ よ な ら は い わ な い で お こ う
"""

KOREAN = """
너를 위해 불을 켜 두었어 | 너 를 위 해 불 을 켜 두 었 어
비가 오는 거리를 걸었지 | 비 가 오 는 거 리 를 걸 었 지
아무도 없는 정류장에서 | 아 무 도 없 는 정 류 장 에 서
네 목소리가 들리지 않아 | 네 목 소 리 가 들 리 지 않 아
우리는 밤새 춤을 추었네 | 우 리 는 밤 새 춤 을 추 었 네
창문 너머로 달이 떠오르고 | 창 문 너 머 로 달 이 떠 오 르 고
오래된 노래가 흘러나와 | 오 래 된 노 래 가 흘 러 나 와
내일은 꼭 맑을 거야 | 내 일 은 꼭 맑 을 거 야
작은 방에 홀로 남아서 | 작 은 방 에 홀 로 남 아 서
바람이 커튼을 흔드네 | 바 람 이 커 튼 을 흔 드 네
기타 소리 멀리 퍼지고 | 기 타 소 리 멀 리 퍼 지 고
너의 이름을 불러 본다 | 너 의 이 름 을 불 러 본 다
첫눈이 내리던 그날처럼 | 첫 눈 이 내 리 던 그 날 처 럼
천천히, 조금 더 천천히 | 천 천 히 조 금 더 천 천 히
식어 버린 커피 한 잔 | 식 어 버 린 커 피 한 잔
하늘에 별 하나, 또 하나 | 하 늘 에 별 하 나 또 하 나
기차는 나를 두고 떠났어 | 기 차 는 나 를 두 고 떠 났 어
아직도 나는 그 자리에 | 아 직 도 나 는 그 자 리 에
말하지 않아도 알 수 있어 | 말 하 지 않 아 도 알 수 있 어
오늘 밤은 lonely 하지 않아 | 오 늘 밤 은 lone ly 하 지 않 아
"""

CHINESE = """
我在厨房为你留了一盏灯 | 我 在 厨 房 为 你 留 了 一 盏 灯
雨落在空空的街上 | 雨 落 在 空 空 的 街 上
没有人记得你的名字 | 没 有 人 记 得 你 的 名 字
我们在屋顶跳舞到天亮 | 我 们 在 屋 顶 跳 舞 到 天 亮
月光像一封没寄出的信 | 月 光 像 一 封 没 寄 出 的 信
慢慢走，不要回头 | 慢 慢 走 不 要 回 头
窗外的风知道我的秘密 | 窗 外 的 风 知 道 我 的 秘 密
那把旧吉他还在唱歌 | 那 把 旧 吉 他 还 在 唱 歌
最后一班火车已经离开 | 最 后 一 班 火 车 已 经 离 开
咖啡凉了，你还没来 | 咖 啡 凉 了 你 还 没 来
十年以后我们会在哪里 | 十 年 以 后 我 们 会 在 哪 里
天空下着安静的雪 | 天 空 下 着 安 静 的 雪
把照片放进口袋里 | 把 照 片 放 进 口 袋 里
听见海浪轻轻呼吸 | 听 见 海 浪 轻 轻 呼 吸
这座城市没有星星 | 这 座 城 市 没 有 星 星
请你再等我一分钟 | 请 你 再 等 我 一 分 钟
所有的答案都在风里 | 所 有 的 答 案 都 在 风 里
我想学会一个人飞 | 我 想 学 会 一 个 人 飞
收音机里有人说晚安 | 收 音 机 里 有 人 说 晚 安
花开的时候我就回来 | 花 开 的 时 候 我 就 回 来
"""


def read(table: str) -> list[tuple[str, int]]:
    """Returns each line with the number of its syllables."""
    rows = [row.split(" | ") for row in table.strip().splitlines()]
    return [(line, len(divided.split())) for line, divided in rows]


SUNG_LINES = {
    Language.ENGLISH: read(ENGLISH),
    Language.GERMAN: read(GERMAN),
    Language.SPANISH: read(SPANISH),
    Language.ITALIAN: read(ITALIAN),
    Language.FRENCH: read(FRENCH),
    Language.PORTUGUESE: read(PORTUGUESE),
    Language.RUSSIAN: read(RUSSIAN),
    Language.POLISH: read(POLISH),
    Language.JAPANESE: read(JAPANESE),
    Language.KOREAN: read(KOREAN),
    Language.CHINESE: read(CHINESE),
}
